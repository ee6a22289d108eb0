import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../package-root.js';
import { ROUND_TO_EVEN, type QuickFinish, type QuickPolynomial } from './quick.js';

/** A reference block against which results are judged; see verify/reference.ts. */
export interface JudgedBlock {
  readonly base: number;
  readonly inverseHalfWidth: number;
  readonly coefficients: Float64Array;
}

/** What a chunk of results showed. */
export interface ChunkVerdict {
  /** The greatest error. */
  readonly worst: number;
  /** How many errors are below each threshold. */
  readonly counts: Float64Array;
  /** The sum of all errors, each rounded to a multiple of 1 / UNITS_PER_ULP; of no use beyond 2^20 ulps. */
  readonly total: number;
  /** How often a result is followed by one against the block's direction. */
  readonly against: number;
  readonly least: number;
  readonly most: number;
}

/** Errors are counted below this many thresholds. */
export const THRESHOLDS = 6;
/** Units of an ulp in which errors are added up: sums of whole ones do not depend on how inputs are divided. */
export const UNITS_PER_ULP = 2 ** 20;
/** Adding and subtracting this rounds an error below 2^31 to such a unit. */
const TO_UNITS = 1.5 * 2 ** 32;

/** What outputs for negative inputs are made with. */
export interface UnfoldedLine {
  readonly sign: number;
  readonly start: number;
  readonly step: number;
  readonly min: number;
  readonly max: number;
}

/** The inner loops of a proof, on arrays that they allocated themselves. */
export interface Loops {
  allocate(length: number): Float64Array;
  /** Whether an array is one that was allocated here, or a part of it. */
  owns(array: Float64Array): boolean;
  /** args[i] = (first + i) · scale. */
  ascending(args: Float64Array, first: number, scale: number): void;
  /** The polynomial at every argument, finished. */
  evaluate(args: Float64Array, results: Float64Array, polynomial: QuickPolynomial, finish: QuickFinish): void;
  /**
   * results[i] ← start + i · step + sign · results[i], clamped. All of it has to be exact in doubles, and may
   * write an element past the end.
   */
  unfold(results: Float64Array, line: UnfoldedLine): void;
  /** Whether all results, of which there is at least one, are the same. */
  isLevel(results: Float64Array): boolean;
  /**
   * Errors of results against base + polynomial((i + offset) · inverseHalfWidth), clamped to low … high,
   * both relative to the base. Results become words on the way.
   *
   * @param direction 1 where results should not fall, −1 where they should not rise, 0 where either is right
   * @param words receives the results modulo 2^32
   */
  judge(
    results: Float64Array,
    block: JudgedBlock,
    offset: number,
    low: number,
    high: number,
    thresholds: ArrayLike<number>,
    direction: number,
    words: Int32Array,
  ): ChunkVerdict;
  /** An array for words. */
  allocateWords(length: number): Int32Array;
}

/** The loops in plain JavaScript: what the compiled ones are tested against. */
export function scalarLoops(): Loops {
  return {
    allocate: (length) => new Float64Array(length),
    owns: () => true,
    allocateWords: (length) => new Int32Array(length),
    ascending(args, first, scale) {
      for (let i = 0; i < args.length; i++) args[i] = (first + i) * scale;
    },
    evaluate(args, results, { origin, leading, steps }, { addend, scale, offset, min, max }) {
      results.fill(leading);
      for (let k = 0; k < steps.length; k += 3) {
        const stepScale = steps[k];
        const stepOffset = steps[k + 1];
        const coefficient = steps[k + 2];
        for (let i = 0; i < results.length; i++) {
          const value = results[i] * (args[i] - origin) * stepScale + stepOffset;
          results[i] = value + ROUND_TO_EVEN - ROUND_TO_EVEN + coefficient;
        }
      }
      for (let i = 0; i < results.length; i++) {
        const rounded = (results[i] + addend) * scale + offset + ROUND_TO_EVEN - ROUND_TO_EVEN;
        results[i] = rounded < min ? min : rounded > max ? max : rounded;
      }
    },
    unfold(results, { sign, start, step, min, max }) {
      for (let i = 0; i < results.length; i++) {
        results[i] = Math.min(Math.max(start + i * step + sign * results[i], min), max);
      }
    },
    isLevel: (results) => results.every((result) => result === results[0]),
    judge: judgeScalar,
  };
}

function judgeScalar(
  results: Float64Array,
  { base, inverseHalfWidth, coefficients }: JudgedBlock,
  offset: number,
  low: number,
  high: number,
  thresholds: ArrayLike<number>,
  direction: number,
  words: Int32Array,
): ChunkVerdict {
  const [c0, c1, c2, c3, c4, c5] = coefficients;
  let total = 0;
  let worst = -1;
  const counts = new Float64Array(THRESHOLDS);
  let against = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < results.length; i++) {
    const s = (i + offset) * inverseHalfWidth;
    let f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
    f = f < low ? low : f > high ? high : f;
    const error = Math.abs(results[i] - base - f);
    if (error > worst) worst = error;
    for (let k = 0; k < THRESHOLDS; k++) if (error < thresholds[k]) counts[k]++;
    total += error + TO_UNITS - TO_UNITS;
    if (i + 1 < results.length && (results[i + 1] - results[i]) * direction < 0) against++;
    least = Math.min(least, results[i]);
    most = Math.max(most, results[i]);
    words[i] = results[i];
  }
  return { worst, counts, total, against, least, most };
}

/** The exports of assembly/prove, compiled. */
interface ProveModule {
  readonly memory: WebAssembly.Memory;
  firstFree(): number;
  isLevel(results: number, count: number): number;
  ascending(args: number, count: number, first: number, scale: number): void;
  evaluate(
    args: number,
    results: number,
    count: number,
    origin: number,
    leading: number,
    steps: number,
    order: number,
    addend: number,
    scale: number,
    offset: number,
    min: number,
    max: number,
  ): void;
  unfold(
    results: number,
    count: number,
    sign: number,
    start: number,
    step: number,
    min: number,
    max: number,
  ): void;
  judge(
    results: number,
    count: number,
    base: number,
    offset: number,
    inverseHalfWidth: number,
    coefficients: number,
    low: number,
    high: number,
    thresholds: number,
    direction: number,
    words: number,
    verdict: number,
  ): void;
}

/** The loops compiled to WebAssembly SIMD, or undefined where they are not built or can't run. */
export function simdLoops(): Loops | undefined {
  const file = packageFile('dist', 'wasm', 'prove.wasm');
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (!WebAssembly.validate(bytes)) return undefined;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  return loopsOf(instance.exports as unknown as ProveModule);
}

/** The fastest loops that this machine has. */
export function fastestLoops(): Loops {
  return simdLoops() ?? scalarLoops();
}

/** `evaluate` works on eight elements at a time and may write past the end. */
const SLACK = 8;
const MOST_STEPS = 16;

function loopsOf(module: ProveModule): Loops {
  let next = module.firstFree();
  const { buffer } = module.memory;
  const allocate = (length: number): Float64Array => {
    const start = next;
    next += 8 * (length + SLACK);
    if (next > buffer.byteLength)
      throw new RangeError(`the proof's memory can't hold ${length} more numbers`);
    return new Float64Array(buffer, start, length);
  };
  const steps = allocate(3 * MOST_STEPS);
  const coefficients = allocate(8);
  const thresholdArray = allocate(THRESHOLDS);
  const verdict = allocate(5 + THRESHOLDS);
  const counts = verdict.subarray(5);
  const allocateWords = (length: number): Int32Array => {
    const { byteOffset } = allocate(Math.ceil(length / 2));
    return new Int32Array(buffer, byteOffset, length);
  };
  return {
    allocate,
    ascending: (args, first, scale) => module.ascending(args.byteOffset, args.length, first, scale),
    evaluate(args, results, polynomial, { addend, scale, offset, min, max }) {
      steps.set(polynomial.steps);
      const { origin, leading } = polynomial;
      const order = polynomial.steps.length / 3;
      const [from, to, at] = [args.byteOffset, results.byteOffset, steps.byteOffset];
      module.evaluate(from, to, results.length, origin, leading, at, order, addend, scale, offset, min, max);
    },
    allocateWords,
    owns: (array) => array.buffer === buffer,
    unfold: (results, { sign, start, step, min, max }) =>
      module.unfold(results.byteOffset, results.length, sign, start, step, min, max),
    isLevel: (results) => module.isLevel(results.byteOffset, results.length) !== 0,
    judge(results, block, offset, low, high, thresholds, direction, words) {
      coefficients.set(block.coefficients);
      thresholdArray.set(thresholds);
      module.judge(
        results.byteOffset,
        results.length,
        block.base,
        offset,
        block.inverseHalfWidth,
        coefficients.byteOffset,
        low,
        high,
        thresholdArray.byteOffset,
        direction,
        words.byteOffset,
        verdict.byteOffset,
      );
      return {
        worst: verdict[0],
        total: verdict[1],
        against: verdict[2],
        least: verdict[3],
        most: verdict[4],
        counts,
      };
    },
  };
}
