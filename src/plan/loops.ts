import { currentHost } from '../host.js';
import { ROUND_TO_EVEN, STEP_NUMBERS, type QuickFinish, type QuickPolynomial } from './quick.js';

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

/** What consecutive arguments are made with. */
export interface Progression {
  readonly start: number;
  readonly first: number;
  readonly step: number;
  /** A power of two. */
  readonly scale: number;
}

/** The inner loops of a proof, on arrays that they allocated themselves. */
export interface Loops {
  allocate(length: number): Float64Array;
  /** Whether an array is one that was allocated here, or a part of it. */
  owns(array: Float64Array): boolean;
  /** args[i] = start + floor((first + i · step) · scale), in which every sum has to be an exact integer. */
  progression(args: Float64Array, progression: Progression): void;
  /** The polynomial at every argument, finished. */
  evaluate(args: Float64Array, results: Float64Array, polynomial: QuickPolynomial, finish: QuickFinish): void;
  /**
   * results[i] ← start + i · step + sign · results[i], clamped. All of it has to be exact in doubles, and may
   * write an element past the end.
   */
  unfold(results: Float64Array, line: UnfoldedLine): void;
  /** Whether every result is the one before and `rise`, an integer. */
  isLine(results: Float64Array, rise: number): boolean;
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
  /**
   * The indices of all results whose error is at least `from` and below `to`, ascending; good until the next call.
   * The other arguments are those of `judge`.
   */
  select(
    results: Float64Array,
    block: JudgedBlock,
    offset: number,
    low: number,
    high: number,
    from: number,
    to: number,
  ): Int32Array;
  /** Results modulo 2^32. */
  toWords(results: Float64Array, words: Int32Array): void;
  /** An array for words. */
  allocateWords(length: number): Int32Array;
}

/** The loops in plain JavaScript: what the compiled ones are tested against. */
export function scalarLoops(): Loops {
  return {
    allocate: (length) => new Float64Array(length),
    owns: () => true,
    allocateWords: (length) => new Int32Array(length),
    progression(args, { start, first, step, scale }) {
      for (let i = 0; i < args.length; i++) args[i] = start + Math.floor((first + i * step) * scale);
    },
    evaluate(args, results, { origin, leading, steps }, { addend, scale, offset, after, min, max }) {
      results.fill(leading);
      for (let k = 0; k < steps.length; k += STEP_NUMBERS) {
        const [stepScale, stepOffset, coefficient, cut, inverseCut] = steps.subarray(k, k + STEP_NUMBERS);
        for (let i = 0; i < results.length; i++) {
          const [y, t] = [results[i], args[i] - origin];
          if (cut === 0) {
            results[i] = y * t * stepScale + stepOffset + ROUND_TO_EVEN - ROUND_TO_EVEN + coefficient;
          } else {
            const high = Math.floor(y * inverseCut);
            const low = Math.floor((y - high * cut) * t * inverseCut + stepOffset);
            results[i] = Math.floor((high * t + low) * stepScale) + coefficient;
          }
        }
      }
      for (let i = 0; i < results.length; i++) {
        const rounded = (results[i] + addend) * scale + offset + ROUND_TO_EVEN - ROUND_TO_EVEN + after;
        results[i] = rounded < min ? min : rounded > max ? max : rounded;
      }
    },
    unfold(results, { sign, start, step, min, max }) {
      for (let i = 0; i < results.length; i++) {
        results[i] = Math.min(Math.max(start + i * step + sign * results[i], min), max);
      }
    },
    isLine: (results, rise) => results.every((result, i) => result === results[0] + i * rise),
    toWords(results, words) {
      for (let i = 0; i < results.length; i++) words[i] = results[i];
    },
    judge: judgeScalar,
    select(results, block, offset, low, high, from, to) {
      const indices: number[] = [];
      results.forEach((result, i) => {
        const error = scalarError(result, block, i + offset, low, high);
        if (error >= from && error < to) indices.push(i);
      });
      return Int32Array.from(indices);
    },
  };
}

function scalarError(
  result: number,
  { base, inverseHalfWidth, coefficients }: JudgedBlock,
  position: number,
  low: number,
  high: number,
): number {
  const [c0, c1, c2, c3, c4, c5] = coefficients;
  const s = position * inverseHalfWidth;
  const f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
  return Math.abs(result - base - Math.min(Math.max(f, low), high));
}

function judgeScalar(
  results: Float64Array,
  block: JudgedBlock,
  offset: number,
  low: number,
  high: number,
  thresholds: ArrayLike<number>,
  direction: number,
  words: Int32Array,
): ChunkVerdict {
  let total = 0;
  let worst = -1;
  const counts = new Float64Array(THRESHOLDS);
  let against = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < results.length; i++) {
    const error = scalarError(results[i], block, i + offset, low, high);
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
  isLine(results: number, count: number, rise: number): number;
  toWords(results: number, count: number, words: number): void;
  select(
    results: number,
    count: number,
    base: number,
    offset: number,
    inverseHalfWidth: number,
    coefficients: number,
    low: number,
    high: number,
    from: number,
    to: number,
    indices: number,
  ): number;
  progression(args: number, count: number, start: number, first: number, step: number, scale: number): void;
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
    after: number,
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
  const bytes = currentHost().readFile?.('dist/wasm/prove.wasm');
  if (typeof bytes !== 'object' || typeof WebAssembly !== 'object') return undefined;
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
  const steps = allocate(STEP_NUMBERS * MOST_STEPS);
  const coefficients = allocate(8);
  const thresholdArray = allocate(THRESHOLDS);
  const verdict = allocate(5 + THRESHOLDS);
  const counts = verdict.subarray(5);
  const allocateWords = (length: number): Int32Array => {
    const { byteOffset } = allocate(Math.ceil(length / 2));
    return new Int32Array(buffer, byteOffset, length);
  };
  let indices: Int32Array = new Int32Array(0);
  return {
    allocate,
    progression: (args, { start, first, step, scale }) =>
      module.progression(args.byteOffset, args.length, start, first, step, scale),
    evaluate(args, results, polynomial, { addend, scale, offset, after, min, max }) {
      steps.set(polynomial.steps);
      const { origin, leading } = polynomial;
      const order = polynomial.steps.length / STEP_NUMBERS;
      const [from, to, at] = [args.byteOffset, results.byteOffset, steps.byteOffset];
      module.evaluate(
        from,
        to,
        results.length,
        origin,
        leading,
        at,
        order,
        addend,
        scale,
        offset,
        after,
        min,
        max,
      );
    },
    allocateWords,
    owns: (array) => array.buffer === buffer,
    unfold: (results, { sign, start, step, min, max }) =>
      module.unfold(results.byteOffset, results.length, sign, start, step, min, max),
    isLine: (results, rise) => module.isLine(results.byteOffset, results.length, rise) !== 0,
    toWords: (results, words) => module.toWords(results.byteOffset, results.length, words.byteOffset),
    select(results, block, offset, low, high, from, to) {
      coefficients.set(block.coefficients);
      if (indices.length < results.length) indices = allocateWords(2 ** Math.ceil(Math.log2(results.length)));
      const found = module.select(
        results.byteOffset,
        results.length,
        block.base,
        offset,
        block.inverseHalfWidth,
        coefficients.byteOffset,
        low,
        high,
        from,
        to,
        indices.byteOffset,
      );
      return indices.subarray(0, found);
    },
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
