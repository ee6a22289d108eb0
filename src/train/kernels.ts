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

/** What a generated module exports besides the functions. */
interface KernelFacts {
  readonly name: string;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
  readonly planHash: string;
  readonly maxUlp: number;
}

export interface LoadedKernel extends Kernel {
  readonly planHash: string;
  /** The greatest error that is proven of it where its target is claimed, in ulps. */
  readonly maxUlp: number;
}

export type LoadedKernels = { readonly [Name in keyof TrainingKernels]: LoadedKernel };

const GENERATED = new URL('../../generated/ts/', import.meta.url);

/**
 * Loads the generated sigmoid, tanh and rsqrt of a set.
 *
 * @param directory where the generated modules are
 * @throws ApproxgenError (status 2) where one has not been generated, or is of another format
 */
export async function loadKernels(set: KernelSet, directory: URL = GENERATED): Promise<LoadedKernels> {
  return {
    sigmoid: await loadKernel('sigmoid', set, directory),
    tanh: await loadKernel('tanh', set, directory),
    rsqrt: await loadKernel('rsqrt', set, directory),
  };
}

async function loadKernel(functionName: string, set: KernelSet, directory: URL): Promise<LoadedKernel> {
  const url = new URL(`${functionName}${SUFFIXES[set]}.ts`, directory);
  const file = relative(process.cwd(), fileURLToPath(url));
  if (!existsSync(url)) {
    throw usageError(
      'kernel-missing',
      `the kernel set "${set}" needs ${file}, which is not there`,
      'generate the kernels: npx approxgen build',
      '--kernels',
    );
  }
  const module = (await import(url.href)) as Readonly<Record<string, unknown>>;
  const { [functionName]: scalar, [`${functionName}Array`]: array, kernel: facts } = module;
  if (typeof scalar !== 'function' || typeof array !== 'function' || !isFacts(facts)) {
    throw usageError(
      'kernel-malformed',
      `${file} does not export ${functionName}, ${functionName}Array and kernel with ${FRAC_BITS} fraction bits`,
      'generate the kernels again: npx approxgen build',
      '--kernels',
    );
  }
  return {
    name: facts.name,
    planHash: facts.planHash,
    maxUlp: facts.maxUlp,
    scalar: scalar as Kernel['scalar'],
    array: array as Kernel['array'],
  };
}

function isFacts(value: unknown): value is KernelFacts {
  if (typeof value !== 'object' || value === null) return false;
  const facts = value as Partial<KernelFacts>;
  return (
    typeof facts.name === 'string' &&
    typeof facts.planHash === 'string' &&
    typeof facts.maxUlp === 'number' &&
    facts.inputFracBits === FRAC_BITS &&
    facts.outputFracBits === FRAC_BITS
  );
}
