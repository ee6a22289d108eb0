/**
 * approxgen as a library.
 *
 * `synthesize` makes and proves a kernel, `verify` proves a plan anew, `emit` prints it.
 */
export type { Diagnostic } from './diagnostic.js';
export { ApproxgenError } from './diagnostic.js';
export type { EmittedFile } from './emit/target.js';
export { emit } from './emit/targets.js';
export type { QFormat } from './fixedpoint/format.js';
export { formatName, parseFormat } from './fixedpoint/format.js';
export { planHash } from './plan/canonical.js';
export { interpret } from './plan/interpret.js';
export type { KernelPlan } from './plan/plan.js';
export type { KernelSpec } from './spec.js';
export type { Kernel } from './synthesize.js';
export { synthesize } from './synthesize.js';
export type { Certificate, ErrorSummary } from './verify/certificate.js';
export type { Proof, VerifyOptions } from './verify/verify.js';
export { verify } from './verify/verify.js';
