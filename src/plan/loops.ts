import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../package-root.js';
import { ROUND_TO_EVEN, type QuickFinish, type QuickPolynomial } from './quick.js';

/** A reference block against which results are judged; see verify/reference.ts. */
export interface JudgedBlock {
  readonly base: number;
  readonly inverseHalfWidth: number;
  readonly coefficients: Float64Array;
}

/** What a chunk of results showed: the greatest error, where, and counts below four thresholds. */
export interface ChunkVerdict {
  readonly worst: number;
  readonly worstIndex: number;
  /** Errors at most the first threshold, and below each of the others. */
  readonly counts: readonly [number, number, number, number];
}

/** The inner loops of a proof, on arrays that they allocated themselves. */
export interface Loops {
  allocate(length: number): Float64Array;
  /** args[i] = (first + i) · scale. */
  ascending(args: Float64Array, first: number, scale: number): void;
  /** The polynomial at every argument, finished. */
  evaluate(args: Float64Array, results: Float64Array, polynomial: QuickPolynomial, finish: QuickFinish): void;
  /**
   * Errors of results against base + polynomial((i + offset) · inverseHalfWidth), clamped to low … high,
   * both relative to the base.
   */
  judge(
    results: Float64Array,
    block: JudgedBlock,
    offset: number,
    low: number,
    high: number,
    thresholds: Thresholds,
  ): ChunkVerdict;
}

export type Thresholds = readonly [number, number, number, number];

/** The loops in plain JavaScript: what the compiled ones are tested against. */
export function scalarLoops(): Loops {
  return {
    allocate: (length) => new Float64Array(length),
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
): ChunkVerdict {
  const [c0, c1, c2, c3, c4, c5] = coefficients;
  let worst = -1;
  let worstIndex = 0;
  let count0 = 0;
  let count1 = 0;
  let count2 = 0;
  let count3 = 0;
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
  }
  return { worst, worstIndex, counts: [count0, count1, count2, count3] };
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
  const verdict = allocate(6);
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
    judge(results, block, offset, low, high, thresholds) {
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
        verdict.byteOffset,
      );
      const counts = [verdict[2], verdict[3], verdict[4], verdict[5]] as const;
      return { worst: verdict[0], worstIndex: verdict[1], counts };
    },
  };
}
