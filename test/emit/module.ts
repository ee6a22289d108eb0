import ts from 'typescript';
import { textOf } from '../../src/emit/target.js';
import { typescriptTarget } from '../../src/emit/ts.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { makeCertificate, type Certificate } from '../../src/verify/certificate.js';
import { EMPTY_STATS } from '../../src/verify/stats.js';

/** A certificate of the right shape, for plans whose proof is beside the point. */
export function unprovenCertificate(plan: KernelPlan): Certificate {
  return makeCertificate(plan, EMPTY_STATS, EMPTY_STATS, 0);
}

export async function printed(plan: KernelPlan, certificate = unprovenCertificate(plan)): Promise<string> {
  const [file] = await typescriptTarget.emit(plan, certificate);
  return textOf(file);
}

type Words = Int32Array | Uint32Array;

/** What a printed module exports. */
export interface KernelModule {
  readonly scalar: (xRaw: number) => number;
  readonly array: (src: Words, dst: Words) => void;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The printed module itself, through the TypeScript compiler. */
export async function loadModule(plan: KernelPlan, certificate?: Certificate): Promise<KernelModule> {
  const { outputText } = ts.transpileModule(await printed(plan, certificate), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`;
  const module = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  return {
    scalar: module[plan.function] as KernelModule['scalar'],
    array: module[`${plan.function}Array`] as KernelModule['array'],
    facts: module.kernel as KernelModule['facts'],
  };
}
