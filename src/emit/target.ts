import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';

/** A file to be written, as text or as bytes. `path` is relative to the output folder: `ts/tanh_q8_24.ts`. */
export type EmittedFile =
  { readonly path: string; readonly text: string } | { readonly path: string; readonly bytes: Uint8Array };

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
  readonly emit: (plan: KernelPlan, certificate: Certificate) => Promise<readonly EmittedFile[]>;
}

/** The text of a file that has one. */
export function textOf(file: EmittedFile): string {
  if ('text' in file) return file.text;
  throw new TypeError(`${file.path} is not text`);
}
