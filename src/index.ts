/**
 * approxgen as a library, which needs nothing but a JavaScript engine: in Node the package gives it a host with
 * threads, files and compilers; elsewhere `useHost` does.
 *
 * `synthesize` makes and proves a kernel, `verify` proves a plan anew, `emit` prints it, `explore` compares plans,
 * `interpret` is what a plan means. What is given is checked as configurations are, and what is wrong with it is
 * thrown as an `ApproxgenError` whose `diagnostic` says where (`spec.ulp`), what was expected and what to try.
 */
export type { Diagnostic } from './diagnostic.js';
export { ApproxgenError } from './diagnostic.js';
export type { EmitOptions, EmittedFile } from './emit/target.js';
export type { QFormat } from './fixedpoint/format.js';
export { formatName, parseFormat } from './fixedpoint/format.js';
export type { AssemblyCompiler, Host, TextStyle, WorkerRole, Workers } from './host.js';
export { useHost } from './host.js';
export type {
  ExploreOptions,
  ProofOptions,
  ProofOptions as VerifyOptions,
  SynthesizeOptions,
} from './library.js';
export { emit, explore, synthesize, verify } from './library.js';
export { interpret, planHash } from './plan/checked.js';
export type { KernelPlan } from './plan/plan.js';
export { checkWellFormed } from './plan/wellformed.js';
export type { Exploration, ExploredPlan } from './report/explore-report.js';
export type { ListedFunction, ListedTarget } from './report/listing.js';
export { listFunctions, listTargets } from './report/listing.js';
export type { KernelRequest, KernelRequest as KernelSpec } from './spec/request.js';
export type { Kernel } from './synthesize.js';
export type { Certificate, ErrorSummary } from './verify/certificate.js';
export type { Proof } from './verify/verify.js';
export type { ShardTask } from './verify/worker.js';
export { verifyShard } from './verify/worker.js';
