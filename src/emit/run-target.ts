import { notOneOf } from '../nearest.js';
import type { KernelPlan } from '../plan/plan.js';
import type { PlanRunner } from '../plan/run.js';
import type { Certificate } from '../verify/certificate.js';
import type { OutputSource } from '../verify/verify.js';
import { programRunner, PROGRAMS, programTool } from './program-runner.js';
import { runTypescript, typescriptRunner, type ScalarKernel } from './ts-run.js';
import { runWasm, wasmRunner } from './wasm-run.js';

type Run = (plan: KernelPlan, certificate: Certificate) => Promise<PlanRunner>;

const RUNNERS: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['ts', typescriptRunner],
  ['wasm', wasmRunner],
  ...Object.entries(PROGRAMS).map(([name, recipe]): [string, Run] => [
    name,
    (plan, certificate) => programRunner(recipe, plan, certificate),
  ]),
]);

/** The targets whose printed kernels can be run here. */
export const RUNNABLE_TARGETS: readonly string[] = Object.freeze([...RUNNERS.keys()]);

/** What runs the printed kernels of a target here: `run by Node v20.20.2`, `compiled by cc …`. */
export function toolOf(target: string): string {
  const recipe = Object.hasOwn(PROGRAMS, target) ? PROGRAMS[target] : undefined;
  return recipe ? programTool(recipe) : `run by Node ${process.version}`;
}

/** The scalar form of a printed kernel, of any format. @throws usage error for a target that can't be run here */
export async function targetKernel(
  plan: KernelPlan,
  certificate: Certificate,
  target: string,
): Promise<ScalarKernel> {
  switch (target) {
    case 'ts':
      return runTypescript(plan, certificate);
    case 'wasm':
      return (await runWasm(plan, certificate)).scalar;
    default:
      throw unknownTarget(target, ['ts', 'wasm']);
  }
}

function unknownTarget(target: string, runnable: readonly string[]): Error {
  const choices = ['plan', ...runnable];
  return notOneOf('unknown-target', target, 'a target whose kernels can be run here', choices, '--target');
}

/** @throws usage error for a target that can't be run here */
export async function targetRunner(
  plan: KernelPlan,
  certificate: Certificate,
  target: string,
): Promise<PlanRunner> {
  const runner = RUNNERS.get(target);
  if (runner) return runner(plan, certificate);
  throw unknownTarget(target, RUNNABLE_TARGETS);
}

/** A printed kernel as what a proof runs, in this thread and in workers. */
export async function targetSource(
  plan: KernelPlan,
  certificate: Certificate,
  target: string,
): Promise<OutputSource> {
  return { run: await targetRunner(plan, certificate, target), facts: { certificate, target } };
}
