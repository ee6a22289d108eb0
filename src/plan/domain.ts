import { maxRawBigint, minRawBigint, type QFormat } from '../fixedpoint/format.js';
import { toInteger, type Integer } from '../fixedpoint/integer.js';
import type { Interval } from '../fixedpoint/interval.js';
import { representableBigint, type OverflowMode } from '../fixedpoint/overflow.js';
import { roundShift } from '../fixedpoint/rounding.js';
import type { UndefinedInputs } from './plan.js';
import type { DomainInterval, ReducibleFunction } from './reducible.js';

interface Setting {
  readonly input: QFormat;
  readonly output: QFormat;
  readonly overflow: OverflowMode;
}

/**
 * The inputs of a format that can't be reduced, and what they give: those on which a function has no value,
 * and, where arguments are normalised, zero.
 *
 * @throws TypeError where the function gives no one value for all of a stretch
 */
export function undefinedInputs(
  definition: ReducibleFunction,
  { input, output, overflow }: Setting,
): readonly UndefinedInputs[] {
  const { name, domain, reduction } = definition;
  const last = maxRawBigint(input);
  const holes: UndefinedInputs[] = [];
  let next = minRawBigint(input);
  const addHole = (lo: bigint, hi: bigint) => {
    if (lo > hi) return;
    const values = [lo, hi].map((raw) => valueBeside(definition, Number(raw) * 2 ** -input.fracBits));
    if (!(values[0] === values[1])) {
      throw new TypeError(`${name} gives ${values.join(' and ')} at the ends of a stretch without values`);
    }
    holes.push({ lo: toInteger(lo), hi: toInteger(hi), output: outputOf(values[0], output, overflow) });
  };
  for (const interval of reduction.kind === 'normalise' ? domain.flatMap(withoutZero) : domain) {
    const { lo, hi } = inputsIn(interval, input);
    if (lo > hi) continue;
    addHole(next, lo - 1n);
    next = hi + 1n;
  }
  addHole(next, last);
  return holes;
}

/** Zero has no leading bit. */
function withoutZero(interval: DomainInterval): readonly DomainInterval[] {
  if (!containsZero(interval)) return [interval];
  const parts = [
    { ...interval, to: 0, toIncluded: false },
    { ...interval, from: 0, fromIncluded: false },
  ];
  return parts.filter(({ from, to }) => from < to);
}

const containsZero = ({ from, to, fromIncluded, toIncluded }: DomainInterval): boolean =>
  (from < 0 || (from === 0 && fromIncluded)) && (to > 0 || (to === 0 && toIncluded));

function valueBeside({ domain, evaluate, outside }: ReducibleFunction, x: number): number {
  return x === 0 && domain.some(containsZero) ? evaluate(0) + 0 : outside(x);
}

/** The least and greatest inputs of a format in an interval of its values; reversed where there are none. */
export function inputsIn({ from, to, fromIncluded, toIncluded }: DomainInterval, input: QFormat): Interval {
  const [min, max] = [minRawBigint(input), maxRawBigint(input)];
  const scale = 2 ** input.fracBits;
  const first = from * scale;
  const final = to * scale;
  const lo = Number.isFinite(first) ? BigInt(Math.ceil(first)) : min;
  const hi = Number.isFinite(final) ? BigInt(Math.floor(final)) : max;
  const after = !fromIncluded && Number.isInteger(first) ? lo + 1n : lo;
  const before = !toIncluded && Number.isInteger(final) ? hi - 1n : hi;
  return { lo: after > min ? after : min, hi: before < max ? before : max };
}

/** The output nearest to a value that may be infinite. */
function outputOf(value: number, output: QFormat, overflow: OverflowMode): Integer {
  const { min, max } = representableBigint(output, overflow);
  const scaled = value * 2 ** output.fracBits;
  if (scaled === Infinity) return toInteger(max);
  if (scaled === -Infinity) return toInteger(min);
  // Half a unit more, so that the floor is the nearest: doubles beyond 2^52 are whole already.
  const raw = roundShift(BigInt(Math.floor(scaled * 2)), 1, 'half-up');
  return toInteger(raw < min ? min : raw > max ? max : raw);
}
