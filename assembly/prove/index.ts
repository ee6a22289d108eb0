/**
 * The inner loops of a proof, two inputs at a time: a plan's polynomial on a run of arguments, and the
 * comparison of results with a reference block. Every operation that rounds, and its order, is that of the
 * same loops in TypeScript (src/plan/loops.ts), so that both give the same bits.
 */

export { evaluate, progression, unfold } from './run';
export { isLine, judge, select, toWords } from './judge';

/** The first byte of memory that is not the module's own. */
export function firstFree(): usize {
  return __heap_base;
}
