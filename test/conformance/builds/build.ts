import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApproxgenError } from '../../../src/diagnostic.js';
import { textOf, type Target } from '../../../src/emit/target.js';
import { unprovenCertificate } from '../../emit/module.js';
import { workFolder, type Job } from '../jobs.js';

/** One way to build and run kernels. */
export interface Build {
  readonly name: string;
  /** Why it can't be done here, if so. */
  readonly missing: () => string | undefined;
  /** Runs every job; gives the outputs as 64-bit words. */
  readonly answer: (jobs: readonly Job[]) => Promise<Buffer>;
  /** Of every how many plans one is tried with at most so many inputs, where time asks for that. */
  readonly thinned?: { readonly every: number; readonly inputs: number };
  /** Whether it runs with the slow tests only. */
  readonly slow?: boolean;
  /** Where not every input is run that could be; see `Portion`. */
  readonly portion?: Portion;
}

/** What is run where every input is asked for, and that would take minutes. */
export interface Portion {
  /** How many 16-bit kernels are run on all of their inputs. */
  readonly complete: number;
  /** Inputs of the others, and of kernels of wider formats. */
  readonly narrow: number;
  readonly wide: number;
}

/** A target, how its kernels are run, and what it does not take. */
export interface ConformingTarget {
  /** The target's name. */
  readonly name: string;
  readonly target: Target;
  readonly builds: readonly Build[];
  /** The errors that a plan may be refused with: their codes, and what their messages say. */
  readonly refusals: Readonly<Record<string, RegExp>>;
}

/** The file of each job's kernel, under the kernel's name. */
export async function writeKernels(target: Target, jobs: readonly Job[], extension: string): Promise<string> {
  const folder = workFolder();
  for (const { plan } of jobs) {
    const [file] = await target.emit(plan, unprovenCertificate(plan));
    writeFileSync(join(folder, `${plan.name}.${extension}`), textOf(file));
  }
  return folder;
}

/** Outputs, job by job, as 64-bit words. */
export function wordsOf(outputs: readonly (readonly bigint[])[]): Buffer {
  const all = outputs.flat();
  const bytes = Buffer.alloc(8 * all.length);
  all.forEach((y, i) => bytes.writeBigUInt64LE(BigInt.asUintN(64, y), 8 * i));
  return bytes;
}

/** The jobs that a target takes, and what it says of the others. */
export function taken(
  jobs: readonly Job[],
  { check }: Target,
): { readonly kept: readonly Job[]; readonly refused: readonly { about: string; error: ApproxgenError }[] } {
  const refused: { about: string; error: ApproxgenError }[] = [];
  const kept = jobs.filter(({ about, plan }) => {
    try {
      check?.(plan);
      return true;
    } catch (error) {
      if (!(error instanceof ApproxgenError)) throw error;
      refused.push({ about, error });
      return false;
    }
  });
  return { kept, refused };
}

/** Some of the jobs, with some of their inputs: for what is slow. */
export function thinned(jobs: readonly Job[], every: number, most: number): readonly Job[] {
  return jobs.filter((_, i) => i % every === 0).map((job) => fewer(job, most));
}

/** A job with at most so many of its inputs, evenly. */
export function fewer(job: Job, most: number): Job {
  if (job.inputs.length <= most) return job;
  const step = job.inputs.length / most;
  const places = Array.from({ length: most }, (_, i) => Math.floor(i * step));
  return {
    ...job,
    inputs: places.map((i) => job.inputs[i]),
    outputs: places.map((i) => job.outputs[i]),
  };
}
