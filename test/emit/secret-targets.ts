import { fileURLToPath } from 'node:url';
import { ApproxgenError } from '../../src/diagnostic.js';
import { textOf, type Target } from '../../src/emit/target.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { outputOf } from '../support/processes.js';
import { PYTHON } from '../support/python.js';
import { unprovenCertificate } from './module.js';

/** What is printed for a spec, proven. */
export async function printedSpec(target: Target, spec: KernelSpec): Promise<{ readonly text: string }> {
  const { plan, certificate } = await synthesize(resolveSpec(spec));
  const [file] = await target.emit(plan, certificate);
  return { text: textOf(file) };
}

/** What is printed for a plan, or the code of what it is refused for. */
export async function printedPlan(target: Target, plan: KernelPlan): Promise<{ text: string } | string> {
  try {
    target.check?.(plan);
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic.code;
    throw error;
  }
  return { text: textOf((await target.emit(plan, unprovenCertificate(plan)))[0]) };
}

export interface MpSpdzJob {
  readonly text: string;
  readonly inputs: readonly bigint[];
  /** Whether the program is asked to test itself. */
  readonly test?: boolean;
}

/** What printed MP-SPDZ programs give on integers, their stated widths checked, or what went wrong; one process. */
export function runMpSpdz(
  jobs: readonly MpSpdzJob[],
): readonly { readonly lines?: readonly string[]; readonly error?: string }[] {
  const input = JSON.stringify(
    jobs.map(({ text, inputs, test = false }) => ({
      name: /^def (\w+)\(/m.exec(text)?.[1],
      bits: Number(/integers of at most (\d+) bits/.exec(text)?.[1]),
      text,
      inputs: inputs.map(String),
      test,
    })),
  );
  const shim = fileURLToPath(new URL('sint-shim.py', import.meta.url));
  const stdout = outputOf(PYTHON, [shim], { input }).toString();
  return JSON.parse(stdout) as ReturnType<typeof runMpSpdz>;
}

/** The outputs, or the lines that its test prints, of one program. @throws Error with what went wrong */
export function runOneMpSpdz(job: MpSpdzJob): readonly string[] {
  const [{ lines, error }] = runMpSpdz([job]);
  if (lines) return lines;
  throw new Error(error);
}
