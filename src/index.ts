/**
 * approxgen as a library, which needs nothing but a JavaScript engine: in Node the package gives it a host with
 * threads, files and compilers; elsewhere `useHost` does.
 *
 * `synthesize` makes and proves a kernel, `verify` proves a plan anew, `emit` prints it.
 */
export type { Diagnostic } from './diagnostic.js';
export { ApproxgenError } from './diagnostic.js';
export type { EmittedFile } from './emit/target.js';
export { emit } from './emit/targets.js';
export type { QFormat } from './fixedpoint/format.js';
export { formatName, parseFormat } from './fixedpoint/format.js';
export type { AssemblyCompiler, Host, TextStyle, WorkerRole, Workers } from './host.js';
export { useHost } from './host.js';
export { planHash } from './plan/canonical.js';
export { interpret } from './plan/interpret.js';
export type { KernelPlan } from './plan/plan.js';
export { checkWellFormed } from './plan/wellformed.js';
export type { KernelSpec } from './spec.js';
export type { Kernel } from './synthesize.js';
export { synthesize } from './synthesize.js';
export type { Certificate, ErrorSummary } from './verify/certificate.js';
export type { Proof, VerifyOptions } from './verify/verify.js';
export { verify } from './verify/verify.js';
export type { ShardTask } from './verify/worker.js';
export { verifyShard } from './verify/worker.js';
