import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import type { TargetCost } from './target-cost.js';

/** A file to be written, as text or as bytes. `path` is relative to the output folder: `ts/tanh_q8_24.ts`. */
export type EmittedFile =
  { readonly path: string; readonly text: string } | { readonly path: string; readonly bytes: Uint8Array };

/** Raw inputs, ascending, and what the kernel gives for each. */
export interface Vectors {
  readonly inputs: readonly bigint[];
  readonly outputs: readonly bigint[];
}

/** What is not in a plan: how it is to be printed. */
export interface EmitOptions {
  /** Register stages of hardware targets, none for 0; chosen where not given. */
  readonly pipeline?: number | undefined;
  /** Whether to write test vectors beside the kernel, and a program that runs them where a target has one. */
  readonly vectors?: boolean;
  /** Whether what is printed is to be kept: if not, a layout that takes as long as a proof is left out. */
  readonly draft?: boolean;
}

/** What a plan can be printed as. */
export interface Target {
  readonly name: string;
  readonly about: string;
  /** Whether what is printed may still change its form. */
  readonly maturity: 'stable' | 'experimental';
  /** What a user needs to run it. */
  readonly needs: string;
  /** @throws usage error where the plan cannot be printed; called before it is proven */
  readonly check?: (plan: KernelPlan) => void;
  /** @throws usage error where something is missing that printing takes; called before a plan is searched */
  readonly prepare?: () => Promise<unknown>;
  /** Where `emit` writes, by the kernel's name; so that what is there can be told before there is a plan. */
  readonly paths: (name: string) => readonly string[];
  readonly emit: (
    plan: KernelPlan,
    certificate: Certificate,
    options?: EmitOptions,
  ) => Promise<readonly EmittedFile[]>;
  /** What a kernel takes; of what is left out nothing is known. `files` are what `emit` gave. */
  readonly cost?: (plan: KernelPlan, files: readonly EmittedFile[], options?: EmitOptions) => TargetCost;
  /** A program that runs the kernel on test vectors, where a language has a natural form for one. */
  readonly test?: (plan: KernelPlan, vectors: Vectors) => Promise<EmittedFile>;
  /** Where that program is written. */
  readonly testPath?: (name: string) => string;
}

/** The text of a file that has one. */
export function textOf(file: EmittedFile): string {
  if ('text' in file) return file.text;
  throw new TypeError(`${file.path} is not text`);
}
