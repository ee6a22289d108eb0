import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { textOf } from './target.js';
import { typescriptTarget } from './ts.js';

/** The scalar function of a printed TypeScript kernel. */
export type ScalarKernel = (xRaw: number) => number;

/** Runs what the ts target prints: the same text, less its type annotations. */
export async function runTypescript(plan: KernelPlan, certificate: Certificate): Promise<ScalarKernel> {
  const [file] = await typescriptTarget.emit(plan, certificate);
  const javascript = textOf(file)
    .replace(/: (?:number|void|Int32Array|Uint32Array)\b/g, '')
    .replace(/\} as const;/g, '};');
  const url = `data:text/javascript;base64,${Buffer.from(javascript).toString('base64')}`;
  const module = (await import(url)) as Record<string, ScalarKernel>;
  return module[plan.function];
}
