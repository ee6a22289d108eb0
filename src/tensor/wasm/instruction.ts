import type { Opcode, TermKind } from './opcodes.js';

/** Which elements of memory an instruction reads or writes, and by which thread. */
export interface Access extends Range {
  readonly writes: boolean;
  /** Bytes of an element. */
  readonly size: number;
  /**
   * Elements in a row, of which every thread has its own columns; 0 where any thread may touch any element,
   * −1 where no thread touches what another does, or only the first does anything.
   */
  readonly columns: number;
}

/** Bytes from `start` to `end`, exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function overlap(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

export function access(
  start: number,
  length: number,
  size: number,
  columns: number,
  writes: boolean,
): Access {
  return { start, end: start + size * length, writes, size, columns };
}

/** What the engine is to do. Addresses are in bytes; the operands are those of the opcode. */
export interface Instruction {
  readonly opcode: Opcode;
  /** Where its overflows are counted: one counter each, from the instruction's counter on. */
  readonly places: readonly string[];
  readonly rows: number;
  readonly columns: number;
  readonly operands: readonly number[];
  readonly accesses: readonly Access[];
}

/** One term of a sum of products; strides are in bytes. */
export interface TermOperands {
  readonly kind: TermKind;
  readonly a: number;
  readonly b: number;
  readonly inner: number;
  readonly rowStride: number;
  readonly step: number;
  readonly rightStride: number;
}
