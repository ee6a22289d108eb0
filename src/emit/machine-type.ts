import { widthBits, type Interval } from '../fixedpoint/interval.js';
import type { ProgramColumn, Value } from './program.js';

/** Bits of the two's complement integers that compilers of C and Rust compute with. */
export type Width = 32 | 64 | 128;

/** The narrowest that holds an interval; undefined beyond 128 bits. */
export function widthFor(interval: Interval): Width | undefined {
  const bits = widthBits(interval);
  return bits <= 32 ? 32 : bits <= 64 ? 64 : bits <= 128 ? 128 : undefined;
}

/** What an operation of C or Rust is computed in: operands, result and whatever stands between them. */
export function computedIn(value: Value): Width | undefined {
  const { operation } = value;
  const hold = (...intervals: readonly Interval[]): Width | undefined => {
    const widths = intervals.map(widthFor);
    return widths.includes(undefined) ? undefined : (Math.max(...(widths as Width[])) as Width);
  };
  switch (operation.kind) {
    case 'input':
    case 'constant':
    case 'element':
      return hold(value.interval);
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'min':
    case 'max':
      return hold(value.interval, operation.left.interval, operation.right.interval);
    case 'compare':
    case 'and':
      return hold(operation.left.interval, operation.right.interval);
    case 'select':
      return hold(value.interval, operation.yes.interval, operation.no.interval);
    case 'negate':
    case 'shiftLeft':
    case 'shiftRight':
    case 'bitLength':
      return hold(value.interval, operation.value.interval);
    case 'lowBits':
      // The mask has to be there, too.
      return hold(value.interval, operation.value.interval, ones(operation.bits));
    case 'search':
      return hold(operation.value.interval, operation.column.interval);
    case 'shiftLeftBy':
      return operation.value.interval.lo < 0n
        ? hold(value.interval, operation.value.interval, powers(operation.amount.interval))
        : hold(value.interval, operation.value.interval);
    case 'shiftRightBy':
      return hold(operation.value.interval, bitsOf(operation.amount.interval));
  }
}

const ones = (bits: number): Interval => ({ lo: 0n, hi: (1n << BigInt(bits)) - 1n });
/** 2^amount, which negative values are multiplied by. */
const powers = ({ hi }: Interval): Interval => ({ lo: 0n, hi: 1n << hi });
/** An interval that takes more bits than the amount says: shifts have to be shorter than their operand. */
const bitsOf = ({ hi }: Interval): Interval => ({ lo: 0n, hi: (1n << hi) - 1n });

/** How a column is stored: the narrowest power of two of bytes, unsigned only where that is narrower. */
export interface Storage {
  readonly signed: boolean;
  readonly bits: 8 | 16 | 32 | 64 | 128;
}

const STORED = [8, 16, 32, 64, 128] as const;

export function storageOf({ interval: { lo, hi } }: ProgramColumn): Storage {
  const fits = (bits: number) => lo >= -(1n << BigInt(bits - 1)) && hi < 1n << BigInt(bits - 1);
  const signed = STORED.find(fits) ?? 128;
  const unsigned = lo < 0n ? signed : (STORED.find((bits) => hi < 1n << BigInt(bits)) ?? 128);
  return unsigned < signed ? { signed: false, bits: unsigned } : { signed: true, bits: signed };
}
