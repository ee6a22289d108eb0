import { maxRawBigint, minRawBigint } from '../../src/fixedpoint/format.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { mulberry } from '../plan/mulberry.js';

/** Formats up to this many bits are run on every input. */
const ALL_BITS = 12;
/** Places in a plan beyond this many are thinned out. */
const MOST_PLACES = 200;

/**
 * Inputs of a plan, ascending: every one of a small format where many samples are asked for; of others the
 * places where something begins or ends, their neighbours and negatives, and samples of every magnitude.
 */
export function inputsOf(plan: KernelPlan, samples: number): readonly bigint[] {
  const [lo, hi] = [minRawBigint(plan.input), maxRawBigint(plan.input)];
  if (plan.input.bits <= ALL_BITS && samples > 1000) {
    return Array.from({ length: Number(hi - lo) + 1 }, (_, i) => lo + BigInt(i));
  }
  const inputs = new Set(
    placesOf(plan).flatMap((place) => [-1n, 0n, 1n].flatMap((by) => [place + by, -(place + by)])),
  );
  const random = mulberry(plan.segments.length + plan.input.fracBits);
  const word = () =>
    BigInt(Math.floor(random() * 2 ** 32)) * 2n ** 32n + BigInt(Math.floor(random() * 2 ** 32));
  for (let i = 0; i < samples; i++) {
    // Half of the samples are spread over the format, half over the magnitudes.
    const value = word() % (hi - lo + 1n);
    const small = value >> BigInt(Math.floor(random() * plan.input.bits));
    inputs.add(i % 2 === 0 ? lo + value : i % 4 === 1 ? small : -small);
  }
  return [...inputs].filter((x) => x >= lo && x <= hi).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Inputs at which a plan's parts meet. */
function placesOf(plan: KernelPlan): readonly bigint[] {
  const { low, high } = plan.tails;
  const every = Math.ceil(plan.segments.length / MOST_PLACES);
  const parts = plan.segments.filter((_, i) => i % every === 0);
  const args = [...parts.flatMap(({ lo, hi, origin }) => [lo, hi, origin]), low?.bound, high?.bound];
  const holes = (plan.undefined ?? []).flatMap((hole) => [hole.lo, hole.hi]);
  return [
    minRawBigint(plan.input),
    maxRawBigint(plan.input),
    0n,
    ...[plan.range.lo, plan.range.hi, ...holes, ...(plan.exceptions?.inputs ?? [])].map(BigInt),
    ...Array.from({ length: plan.input.bits }, (_, bit) => 1n << BigInt(bit)),
    ...args.flatMap((a) => (a === undefined ? [] : unreduced(plan, BigInt(a)))),
  ];
}

/** Magnitudes next to those that are reduced to an argument. */
function unreduced({ reduce, argumentFracBits }: KernelPlan, a: bigint): readonly bigint[] {
  switch (reduce.kind) {
    case 'none':
      return [a];
    case 'normalise':
      return Array.from({ length: 16 }, (_, k) => a >> BigInt(reduce.step * k));
    case 'split':
    case 'periodic': {
      const multiplier = BigInt(reduce.multiplier);
      if (multiplier === 0n) return [];
      const counts = [-3n, -2n, -1n, 0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n];
      return counts.map((k) => {
        const z = a + (k << BigInt(argumentFracBits));
        return (reduce.shift < 0 ? z >> BigInt(-reduce.shift) : z << BigInt(reduce.shift)) / multiplier;
      });
    }
  }
}
