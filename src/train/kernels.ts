import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageError } from '../diagnostic.js';
import type { Kernel } from '../tensor/kernel.js';
import type { TrainingKernels } from './loop.js';

/** The sets of generated kernels that can be trained on, by what their files' names end in. */
const SUFFIXES = { default: '_q8_24', original: '_q8_24_original' } as const;

export type KernelSet = keyof typeof SUFFIXES;
export const KERNEL_SETS = Object.keys(SUFFIXES) as readonly KernelSet[];

/** Fraction bits that training and its kernels share. */
export const FRAC_BITS = 24;
const FORMAT = 'Q8.24';

/** What a generated module exports besides the functions. */
interface KernelFacts {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  /** Raw inputs between which the target is claimed; beyond, tails may serve. */
  readonly range: readonly [lo: number, hi: number];
  readonly planHash: string;
  readonly maxUlp: number;
}

export interface LoadedKernel extends Kernel {
  readonly planHash: string;
  /** The greatest error that is proven of it where its target is claimed, in ulps. */
  readonly maxUlp: number;
  /** Between which inputs that is, tails aside. */
  readonly range: readonly [lo: number, hi: number];
}

export type LoadedKernels = { readonly [Name in keyof TrainingKernels]: LoadedKernel };

/** The folder of generated files. */
export const GENERATED = new URL('../../generated/', import.meta.url);

/**
 * Loads the generated sigmoid, tanh and rsqrt of a set.
 *
 * @param generated the folder of generated files
 * @throws ApproxgenError (status 2) where one has not been generated, or is of another format
 */
export async function loadKernels(set: KernelSet, generated: URL = GENERATED): Promise<LoadedKernels> {
  return {
    sigmoid: await loadKernel('sigmoid', set, generated),
    tanh: await loadKernel('tanh', set, generated),
    rsqrt: await loadKernel('rsqrt', set, generated),
  };
}

async function loadKernel(functionName: string, set: KernelSet, generated: URL): Promise<LoadedKernel> {
  const name = `${functionName}${SUFFIXES[set]}`;
  const url = new URL(`ts/${name}.ts`, generated);
  const file = relative(process.cwd(), fileURLToPath(url));
  if (!existsSync(url)) {
    throw usageError(
      'kernel-missing',
      `the kernel set "${set}" needs ${file}, which is not there`,
      'generate the kernels: npx approxgen build',
      '--kernels',
    );
  }
  const module = await importKernel(url, file);
  const { [functionName]: scalar, [`${functionName}Array`]: array, kernel: facts } = module;
  if (typeof scalar !== 'function' || typeof array !== 'function' || !isFacts(facts, name)) {
    throw malformed(
      `${file} does not export ${functionName}, ${functionName}Array and the facts of a kernel ${name} in ${FORMAT}`,
    );
  }
  const scale = 2 ** FRAC_BITS;
  return {
    name,
    planHash: facts.planHash,
    maxUlp: facts.maxUlp,
    range: [facts.range[0] / scale, facts.range[1] / scale],
    scalar: scalar as Kernel['scalar'],
    array: array as Kernel['array'],
  };
}

/** @throws usage error where the file is no module: cut short, or edited */
async function importKernel(url: URL, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(url.href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw malformed(`${file} can't be loaded: ${reason}`);
  }
}

function malformed(message: string): Error {
  return usageError(
    'kernel-malformed',
    message,
    'generate the kernels again: npx approxgen build',
    '--kernels',
  );
}

function isFacts(value: unknown, name: string): value is KernelFacts {
  if (typeof value !== 'object' || value === null) return false;
  const facts = value as Partial<KernelFacts>;
  return (
    facts.name === name &&
    typeof facts.planHash === 'string' &&
    typeof facts.maxUlp === 'number' &&
    Array.isArray(facts.range) &&
    facts.input === FORMAT &&
    facts.output === FORMAT
  );
}
