import { widthFor } from './machine-type.js';
import { isCondition, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { inside, unary, type Written } from './written.js';

/** What an expression is in C; `small` is whatever C computes with, but no type that a value is declared in. */
export type CType = 32 | 64 | 'wide' | 'small';

export interface CWritten extends Written {
  readonly type: CType;
}

/** Functions that have to stand before a kernel. */
export interface CNeeds {
  readonly bitLengths: Set<32 | 64>;
  readonly searches: Map<ProgramTable, ProgramColumn>;
  wide: boolean;
}

export const noNeeds = (): CNeeds => ({ bitLengths: new Set(), searches: new Map(), wide: false });

/** The type of a declared value; conditions are of the type of C's comparisons. */
export function cTypeOf(value: Value): CType {
  if (isCondition(value)) return 'small';
  const width = widthFor(value.interval);
  return width === 32 || width === 64 ? width : 'wide';
}

export const typed = (written: Written, type: CType): CWritten => ({ ...written, type });

export const cast = (operand: Written, to: 32 | 64): CWritten =>
  typed(unary(`(int${to}_t)${inside(operand, 'atom')}`), to);

export function literalText(value: bigint): string {
  if (value >= -(2n ** 31n) + 1n && value < 2n ** 31n) return String(value);
  // The least integer has no literal of its own.
  if (value === -(2n ** 63n)) return 'INT64_MIN';
  return value === -(2n ** 31n) ? 'INT32_MIN' : `INT64_C(${value})`;
}

/** The same of unsigned integers of 64 bits as well. */
export const cLiteral = (value: bigint): string =>
  value >= 1n << 63n ? `UINT64_C(${value})` : literalText(value);
