import { PROGRAMS, programTiming } from '../emit/program-runner.js';
import { functionSymbol } from '../emit/symbol.js';
import type { EmittedFile } from '../emit/target.js';
import type { MeasuredCost } from '../emit/target-cost.js';
import { arrayType } from '../emit/ts.js';
import { loadTypescript } from '../emit/ts-run.js';
import { openKernel } from '../emit/wasm-run.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { ownLoop } from './own-loop.js';

/** Nanoseconds of an evaluation. */
export type Timing = Pick<MeasuredCost, 'scalarNanoseconds' | 'arrayNanoseconds'>;

/** Inputs of a pass: they and their outputs stay in the cache. */
const INPUTS = 2 ** 14;
const ROUNDS = 9;
/** Milliseconds of a round at least. */
const ROUND = 4;

const ARRAYS = { Int32Array, Uint32Array, BigInt64Array, BigUint64Array } as const;
type Words = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;
type Scalar = (xRaw: number | bigint) => number | bigint;

/** Times a kernel in one of the targets whose kernels run here. @throws usage error where a tool is missing */
export async function timeTarget(
  name: string,
  plan: KernelPlan,
  certificate: Certificate,
  files: readonly EmittedFile[],
): Promise<Timing | undefined> {
  const inputs = timedInputs(plan);
  if (name === 'ts') return timeTypescript(plan, certificate, inputs);
  if (name === 'wasm') return timeWasm(plan, files, inputs);
  const { [name]: recipe } = PROGRAMS;
  if (!recipe) return undefined;
  const words = Buffer.from(BigInt64Array.from(inputs, (x) => BigInt.asIntN(64, x)).buffer);
  const lines = (await programTiming(recipe, plan, certificate, words)).trim().split('\n');
  const [scalarNanoseconds, arrayNanoseconds] = lines.map(Number);
  return { scalarNanoseconds, ...(arrayNanoseconds === undefined ? {} : { arrayNanoseconds }) };
}

/** Inputs all over the range, in no order: a multiplicative sequence, so that no segment is likely after another. */
export function timedInputs({ range }: Pick<KernelPlan, 'range'>): readonly bigint[] {
  const [lo, hi] = [BigInt(range.lo), BigInt(range.hi)];
  const golden = 0x9e3779b97f4a7c15n;
  return Array.from({ length: INPUTS }, (_, i) => {
    const fraction = BigInt.asUintN(64, BigInt(i) * golden);
    return lo + (((hi - lo + 1n) * fraction) >> 64n);
  });
}

async function timeTypescript(
  plan: KernelPlan,
  certificate: Certificate,
  inputs: readonly bigint[],
): Promise<Timing> {
  const module = await loadTypescript(plan, certificate);
  const symbol = functionSymbol(plan);
  const array = module[`${symbol}Array`] as (src: Words, dst: Words) => void;
  const [src, dst] = [
    wordsOf(plan.input, plan, inputs),
    wordsOf(
      plan.output,
      plan,
      inputs.map(() => 0n),
    ),
  ];
  const loop = ownLoop(module[symbol] as Scalar);
  return {
    scalarNanoseconds: nanoseconds(() => loop(src, dst)),
    arrayNanoseconds: nanoseconds(() => array(src, dst)),
  };
}

function timeWasm(
  plan: KernelPlan,
  files: readonly EmittedFile[],
  inputs: readonly bigint[],
): Timing | undefined {
  const file = files.find(({ path }) => path === `wasm/${plan.name}.wasm`);
  if (!file || !('bytes' in file)) return undefined;
  const { memory, scalar, array, start: from, reserve } = openKernel(new Uint8Array(file.bytes));
  const words = hasWordFormats(plan) ? new Int32Array(INPUTS) : new BigInt64Array(INPUTS);
  inputs.forEach(
    (x, i) => (words[i] = hasWordFormats(plan) ? Number(BigInt.asIntN(32, x)) : BigInt.asIntN(64, x)),
  );
  const to = from + words.byteLength;
  reserve(2 * words.byteLength);
  new Uint8Array(memory.buffer, from, words.byteLength).set(new Uint8Array(words.buffer));
  const [loop, outputs] = [ownLoop(scalar), words.slice()];
  return {
    scalarNanoseconds: nanoseconds(() => loop(words, outputs)),
    arrayNanoseconds: nanoseconds(() => array(from, to, INPUTS)),
  };
}

function wordsOf(format: KernelPlan['input'], plan: KernelPlan, values: readonly bigint[]): Words {
  const words = new ARRAYS[arrayType(format, plan) as keyof typeof ARRAYS](INPUTS);
  values.forEach((x, i) => (words[i] = hasWordFormats(plan) ? Number(x) : x));
  return words;
}

/** Of an evaluation in a pass over all inputs, the least of several rounds. */
function nanoseconds(pass: () => void): number {
  const milliseconds = (passes: number): number => {
    const start = performance.now();
    for (let i = 0; i < passes; i++) pass();
    return performance.now() - start;
  };
  let passes = 1;
  while (milliseconds(passes) < ROUND) passes *= 2;
  const rounds = Array.from({ length: ROUNDS }, () => milliseconds(passes));
  return (1e6 * Math.min(...rounds)) / (passes * INPUTS);
}
