import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';

/** A file to be written, as text. */
export interface EmittedFile {
  /** Relative to the output folder: `ts/tanh_q8_24.ts`. */
  readonly path: string;
  readonly text: string;
}

/** What a plan can be printed as. */
export interface Target {
  readonly name: string;
  readonly about: string;
  readonly emit: (plan: KernelPlan, certificate: Certificate) => Promise<readonly EmittedFile[]>;
}
