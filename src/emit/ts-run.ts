import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { functionSymbol } from './symbol.js';
import { textOf } from './target.js';
import { typescriptTarget } from './ts.js';

/** The scalar function of a printed kernel, whatever it takes and gives itself. */
export type ScalarKernel = (xRaw: bigint) => bigint;

/** Runs what the ts target prints: the same text, less its type annotations. */
export async function runTypescript(plan: KernelPlan, certificate: Certificate): Promise<ScalarKernel> {
  const [file] = await typescriptTarget.emit(plan, certificate);
  const javascript = textOf(file)
    .replace(/: \(value: bigint, shift: bigint\) => bigint/g, '')
    .replace(/: readonly bigint\[\]/g, '')
    .replace(/: (?:number|bigint|void|Int32Array|Uint32Array|BigInt64Array|BigUint64Array)\b/g, '')
    .replace(/\} as const;/g, '};');
  const url = `data:text/javascript;base64,${Buffer.from(javascript).toString('base64')}`;
  const module = (await import(url)) as Record<string, unknown>;
  const symbol = functionSymbol(plan);
  if (!hasWordFormats(plan)) return module[symbol] as ScalarKernel;
  const scalar = module[symbol] as (xRaw: number) => number;
  return (x) => BigInt(scalar(Number(x)));
}
