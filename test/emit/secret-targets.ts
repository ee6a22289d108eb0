import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ApproxgenError } from '../../src/diagnostic.js';
import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import { textOf, type Target } from '../../src/emit/target.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { crc32Of } from '../../src/verify/crc32.js';
import { unprovenCertificate } from './module.js';

/** 16-bit kernels that between them fold, normalise, split, leave inputs out and end in tails. */
export const SIXTEEN_BITS: Readonly<Record<string, KernelSpec>> = {
  'tanh, finer output': { function: 'tanh', input: 'Q4.12', output: 'Q1.15', order: 2 },
  'sigmoid, half-even': {
    function: 'sigmoid',
    format: 'Q4.12',
    ulp: 2,
    rounding: 'half-even',
    stepRounding: 'half-even',
  },
  rsqrt: { function: 'rsqrt', format: 'Q4.12' },
  'exp, unsigned': { function: 'exp', format: 'UQ4.12', range: [0, 2] },
};

/** What is printed for a spec, proven, and what its outputs have to add up to. */
export async function printedSpec(
  target: Target,
  spec: KernelSpec,
): Promise<{ readonly plan: KernelPlan; readonly text: string; readonly crc32: string }> {
  const { plan, certificate } = await synthesize(resolveSpec(spec));
  const [file] = await target.emit(plan, certificate);
  return { plan, text: textOf(file), crc32: certificate.crc32 };
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

export function everyInput({ input }: KernelPlan): readonly bigint[] {
  const first = minRawBigint(input);
  return Array.from({ length: Number(maxRawBigint(input) - first) + 1 }, (_, i) => first + BigInt(i));
}

/** The CRC-32 of outputs as a certificate has it. */
export function crcOf(outputs: readonly bigint[]): string {
  const words = Int32Array.from(outputs, (y) => Number(BigInt.asIntN(32, y)));
  return crc32Of(new Uint8Array(words.buffer)).toString(16).padStart(8, '0');
}

export const hasPython = spawnSync('python3', ['--version']).status === 0;

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
  const { status, stdout, stderr } = spawnSync('python3', [shim], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 29,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof runMpSpdz>;
}

/** The outputs, or the lines that its test prints, of one program. @throws Error with what went wrong */
export function runOneMpSpdz(job: MpSpdzJob): readonly string[] {
  const [{ lines, error }] = runMpSpdz([job]);
  if (lines) return lines;
  throw new Error(error);
}
