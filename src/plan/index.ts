/**
 * What a plan is and means, and nothing that makes one: for programs that run plans, or read them.
 *
 * `interpret` is the meaning of a plan, `planHash` what a certificate names it by, and `checkWellFormed` holds one
 * that comes from elsewhere against the rules that the others rely on.
 */
export type { Diagnostic } from '../diagnostic.js';
export { ApproxgenError } from '../diagnostic.js';
export type { QFormat } from '../fixedpoint/format.js';
export { formatName, parseFormat } from '../fixedpoint/format.js';
export { canonicalJson, planHash } from './canonical.js';
export { interpret } from './interpret.js';
export type * from './plan.js';
export { checkWellFormed } from './wellformed.js';
