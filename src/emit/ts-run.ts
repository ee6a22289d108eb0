import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { PlanRunner } from '../plan/run.js';
import type { Certificate } from '../verify/certificate.js';
import { functionSymbol } from './symbol.js';
import { textOf } from './target.js';
import { arrayType, typescriptTarget } from './ts.js';

/** The scalar function of a printed kernel, whatever it takes and gives itself. */
export type ScalarKernel = (xRaw: bigint) => bigint;

/** Runs what the ts target prints: the same text, less its type annotations. */
export async function runTypescript(plan: KernelPlan, certificate: Certificate): Promise<ScalarKernel> {
  const module = await loadTypescript(plan, certificate);
  const symbol = functionSymbol(plan);
  if (!hasWordFormats(plan)) return module[symbol] as ScalarKernel;
  const scalar = module[symbol] as (xRaw: number) => number;
  return (x) => BigInt(scalar(Number(x)));
}

/** The array form of what the ts target prints, for formats of at most 32 bits. */
export async function typescriptRunner(plan: KernelPlan, certificate: Certificate): Promise<PlanRunner> {
  const module = await loadTypescript(plan, certificate);
  const array = module[`${functionSymbol(plan)}Array`] as (src: Words, dst: Words) => void;
  const wordsOf = (format: KernelPlan['input'], length: number): Words =>
    arrayType(format, plan) === 'Uint32Array' ? new Uint32Array(length) : new Int32Array(length);
  return (first, outputs) => {
    const src = wordsOf(plan.input, outputs.length).map((_, i) => first + i);
    const dst = wordsOf(plan.output, outputs.length);
    array(src, dst);
    outputs.set(dst);
  };
}

type Words = Int32Array | Uint32Array;

/** The module that the ts target prints, at work. */
export async function loadTypescript(
  plan: KernelPlan,
  certificate: Certificate,
): Promise<Readonly<Record<string, unknown>>> {
  const [file] = await typescriptTarget.emit(plan, certificate);
  const javascript = textOf(file)
    .replace(/: \(value: bigint, shift: bigint\) => bigint/g, '')
    .replace(/: readonly bigint\[\]/g, '')
    .replace(/\]!(?!=)/g, ']')
    .replace(/: (?:number|bigint|void|\w+Array)\b/g, '')
    .replace(/\} as const;/g, '};');
  const url = `data:text/javascript;base64,${Buffer.from(javascript).toString('base64')}`;
  return (await import(url)) as Record<string, unknown>;
}
