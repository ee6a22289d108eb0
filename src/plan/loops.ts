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
  /** The greatest error, and the first index that has it. */
  readonly worst: number;
  readonly worstIndex: number;
  /** Errors at most the first threshold, and below each of the others. */
  readonly counts: readonly [number, number, number, number];
  /** The sum of all errors in whole units of 1 / UNITS_PER_ULP, each of at most MOST_UNITS. */
  readonly total: number;
  /** How often a result is followed by one against the block's direction. */
  readonly against: number;
  readonly least: number;
  readonly most: number;
}

/** Bins of a histogram of errors: BINS_PER_ULP an ulp, and the last for everything beyond. */
export const HISTOGRAM_BINS = 33;
export const BINS_PER_ULP = 8;
/** Units in which errors are added up: whole ones, so that sums do not depend on how inputs are divided. */
export const UNITS_PER_ULP = 2 ** 20;
/** What one error adds at most: the sum of as many as a runner takes at a time is then exact. */
export const MOST_UNITS = 2 ** 42;

/** The inner loops of a proof, on arrays that they allocated themselves. */
export interface Loops {
  allocate(length: number): Float64Array;
  /** args[i] = (first + i) · scale. */
  ascending(args: Float64Array, first: number, scale: number): void;
  /** The polynomial at every argument, finished. */
  evaluate(args: Float64Array, results: Float64Array, polynomial: QuickPolynomial, finish: QuickFinish): void;
  /**
   * Errors of results against base + polynomial((i + offset) · inverseHalfWidth), clamped to low … high,
   * both relative to the base; counted in the histogram too. Results become words on the way.
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
    thresholds: Thresholds,
    direction: number,
    words: Int32Array,
    histogram: Float64Array,
  ): ChunkVerdict;
  /** An array for words. */
  allocateWords(length: number): Int32Array;
}

export type Thresholds = readonly [number, number, number, number];

/** The loops in plain JavaScript: what the compiled ones are tested against. */
export function scalarLoops(): Loops {
  return {
    allocate: (length) => new Float64Array(length),
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
    judge: judgeScalar,
  };
}

function judgeScalar(
  results: Float64Array,
  { base, inverseHalfWidth, coefficients }: JudgedBlock,
  offset: number,
  low: number,
  high: number,
  [within0, within1, within2, within3]: Thresholds,
  direction: number,
  words: Int32Array,
  histogram: Float64Array,
): ChunkVerdict {
  const [c0, c1, c2, c3, c4, c5] = coefficients;
  let total = 0;
  let worst = -1;
  let worstIndex = 0;
  let count0 = 0;
  let count1 = 0;
  let count2 = 0;
  let count3 = 0;
  let against = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < results.length; i++) {
    const s = (i + offset) * inverseHalfWidth;
    let f = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))));
    f = f < low ? low : f > high ? high : f;
    const error = Math.abs(results[i] - base - f);
    if (error > worst) {
      worst = error;
      worstIndex = i;
    }
    if (error <= within0) count0++;
    if (error < within1) count1++;
    if (error < within2) count2++;
    if (error < within3) count3++;
    total += Math.min(Math.floor(error * UNITS_PER_ULP), MOST_UNITS);
    histogram[Math.min(Math.floor(error * BINS_PER_ULP), HISTOGRAM_BINS - 1)]++;
    if (i + 1 < results.length && (results[i + 1] - results[i]) * direction < 0) against++;
    least = Math.min(least, results[i]);
    most = Math.max(most, results[i]);
    words[i] = results[i];
  }
  const counts = [count0, count1, count2, count3] as const;
  return { worst, worstIndex, counts, total, against, least, most };
}

/** The exports of assembly/prove, compiled. */
interface ProveModule {
  readonly memory: WebAssembly.Memory;
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
    histogram: number,
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

/** Where allocation begins: the module's own data lie below. */
const FIRST_FREE_BYTE = 1024;
/** `evaluate` works on four elements at a time and may write past the end. */
const SLACK = 4;
const MOST_STEPS = 16;

function loopsOf(module: ProveModule): Loops {
  let next = FIRST_FREE_BYTE;
  const { buffer } = module.memory;
  const allocate = (length: number): Float64Array => {
    const array = new Float64Array(buffer, next, length);
    next += 8 * (length + SLACK);
    if (next > buffer.byteLength)
      throw new RangeError(`the proof's memory can't hold ${length} more numbers`);
    return array;
  };
  const steps = allocate(3 * MOST_STEPS);
  const coefficients = allocate(8);
  const thresholdArray = allocate(4);
  const verdict = allocate(10);
  // Two sets of 32-bit counters, one a lane; emptied into the caller's after each chunk.
  const allocateWords = (length: number): Int32Array => {
    const { byteOffset } = allocate(Math.ceil(length / 2));
    return new Int32Array(buffer, byteOffset, length);
  };
  const bins = allocateWords(2 * HISTOGRAM_BINS);
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
    judge(results, block, offset, low, high, thresholds, direction, words, histogram) {
      coefficients.set(block.coefficients);
      thresholdArray.set(thresholds);
      bins.fill(0);
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
        bins.byteOffset,
        verdict.byteOffset,
      );
      for (let i = 0; i < HISTOGRAM_BINS; i++) histogram[i] += bins[i] + bins[HISTOGRAM_BINS + i];
      return {
        worst: verdict[0],
        worstIndex: verdict[1],
        counts: [verdict[2], verdict[3], verdict[4], verdict[5]],
        total: verdict[6],
        against: verdict[7],
        least: verdict[8],
        most: verdict[9],
      };
    },
  };
}
