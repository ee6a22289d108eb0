import { clampInterval, interval, shiftInterval, type Interval } from '../fixedpoint/interval.js';
import { representableBigint, type OverflowMode } from '../fixedpoint/overflow.js';
import type { QFormat } from '../fixedpoint/format.js';
import type { RoundingMode } from '../fixedpoint/rounding.js';
import {
  constant,
  minus,
  plus,
  publicValue,
  times,
  whole,
  within,
  type Expression,
  type SecretWriter,
} from './secret-program.js';

/** round(value · 2^-shift) of a secret value: one floor, and what the mode needs beyond it. */
export function roundSecret(
  writer: SecretWriter,
  value: Expression,
  shift: number,
  mode: RoundingMode,
  name: string,
): Expression {
  if (shift <= 0) return times(value, 1n << BigInt(-shift));
  const rounded = roundRight(writer, value, shift, mode, name);
  return within(rounded, shiftInterval(value.interval, shift, mode));
}

function roundRight(
  writer: SecretWriter,
  value: Expression,
  shift: number,
  mode: RoundingMode,
  name: string,
): Expression {
  const half = constant(1n << BigInt(shift - 1));
  switch (mode) {
    case 'floor':
      return writer.floor(value, shift, name);
    case 'half-up':
      return writer.floor(plus(value, half), shift, name);
    case 'half-even': {
      // With w = value + half: the pair of neighbours above which w lies, and 1 beyond the tie of the lower one.
      const w = plus(value, half);
      const pair = writer.floor(w, shift + 1, `${name}pair`);
      const rest = within(
        minus(w, times(pair, 2n << BigInt(shift))),
        interval(0n, (2n << BigInt(shift)) - 1n),
      );
      const upper = writer.atLeast(rest, (1n << BigInt(shift)) + 1n, `${name}upper`);
      return plus(times(pair, 2n), upper);
    }
    case 'half-away': {
      // Ties of negative values go down: there the half is one less.
      const positive = writer.atLeast(value, 0n, `${name}positive`);
      return writer.floor(plus(value, half, constant(-1n), positive), shift, name);
    }
    case 'pseudo-stochastic':
      return roundPseudo(writer, value, shift, name);
  }
}

/** On the magnitude, up where the upper half of the dropped bits exceeds the lower half. */
function roundPseudo(writer: SecretWriter, value: Expression, shift: number, name: string): Expression {
  const lowerBits = shift >> 1;
  const sign = minus(times(writer.atLeast(value, 0n, `${name}positive`), 2n), constant(1n));
  const magnitude = within(writer.product(value, sign, `${name}size`), magnitudes(value.interval));
  const kept = writer.floor(magnitude, shift, `${name}kept`);
  const dropped = within(minus(magnitude, times(kept, 1n << BigInt(shift))), bitsInterval(shift));
  const upper = writer.floor(dropped, lowerBits, `${name}high`);
  const lower = within(minus(dropped, times(upper, 1n << BigInt(lowerBits))), bitsInterval(lowerBits));
  const up = writer.atLeast(minus(upper, lower), 1n, `${name}up`);
  return writer.product(plus(kept, up), sign, name);
}

const bitsInterval = (bits: number): Interval => interval(0n, (1n << BigInt(bits)) - 1n);

function magnitudes({ lo, hi }: Interval): Interval {
  const least = lo > 0n ? lo : hi < 0n ? -hi : 0n;
  return { lo: least, hi: -lo > hi ? -lo : hi };
}

/** The value, limited to lo … hi, where it may leave them. */
export function clampSecret(
  writer: SecretWriter,
  value: Expression,
  lo: bigint,
  hi: bigint,
  name: string,
): Expression {
  if (value.interval.lo >= lo && value.interval.hi <= hi) return value;
  const y = whole(writer, value, name);
  let limited = y;
  if (value.interval.hi > hi) {
    const over = writer.atLeast(y, hi + 1n, `${name}over`);
    limited = select(writer, over, constant(hi), limited, `${name}top`);
  }
  if (value.interval.lo < lo) {
    const inside = writer.atLeast(y, lo, `${name}inside`);
    limited = select(writer, inside, limited, constant(lo), `${name}bottom`);
  }
  return within(limited, clampInterval(value.interval, lo, hi));
}

/** `yes` where the bit is 1, `no` elsewhere: a product, or none where the two differ by what is public. */
export function select(
  writer: SecretWriter,
  bit: Expression,
  yes: Expression,
  no: Expression,
  name: string,
): Expression {
  const hull = {
    lo: yes.interval.lo < no.interval.lo ? yes.interval.lo : no.interval.lo,
    hi: yes.interval.hi > no.interval.hi ? yes.interval.hi : no.interval.hi,
  };
  const known = publicValue(bit);
  if (known !== undefined) return known === 1n ? yes : no;
  return within(plus(no, writer.product(bit, minus(yes, no), name)), hull);
}

/**
 * What a format's overflow mode makes of a value. In mode `error` nothing is left to do: the kernel is printed
 * after its proof, and the proof has met no overflow.
 */
export function overflowSecret(
  writer: SecretWriter,
  value: Expression,
  output: QFormat,
  mode: OverflowMode,
  name: string,
): Expression {
  const { min, max } = representableBigint(output, mode);
  if (value.interval.lo >= min && value.interval.hi <= max) return value;
  if (mode === 'error') return within(value, { lo: min, hi: max });
  if (mode !== 'wrap') return clampSecret(writer, value, min, max, name);
  const turns = writer.floor(plus(value, constant(-min)), output.bits, `${name}turns`);
  return within(minus(value, times(turns, 1n << BigInt(output.bits))), { lo: min, hi: max });
}
