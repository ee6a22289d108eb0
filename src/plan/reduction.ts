import { maxRaw, minRaw, type QFormat } from '../fixedpoint/format.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { Approximand } from '../segment/approximand.js';
import { reduce } from './interpret.js';
import type { Exponent, RawRange, Reduction } from './plan.js';

/** A function in a format after its range reduction, ready to be cut into segments. */
export interface ReducedProblem {
  readonly reduce: Reduction;
  readonly approximand: Approximand;
  /** The greatest power of two that a result is scaled by, over the inputs of the range. */
  readonly worstExponent: number;
  /** Whether arguments beyond the segments exist, so that a tail has to serve them. */
  readonly needsHighTail: boolean;
  readonly needsLowTail: boolean;
}

/**
 * @param range raw inputs, both included
 * @param outputFracBits with the range it decides how exact a split's multiplier must be
 */
export function reduceProblem(
  definition: FunctionDefinition,
  input: QFormat,
  output: QFormat,
  range: RawRange,
): ReducedProblem {
  const { reduction } = definition;
  if (!canReduce(definition, input)) return symmetric(definition, input, output, range);
  switch (reduction.kind) {
    case 'normalise':
      return normalised(definition, reduction, input, range);
    case 'split':
      return split(reduction, input, output, range);
    default:
      return symmetric(definition, input, output, range);
  }
}

/** Whether a plan can say a function's reduction; what it can't say is approximated as it is. */
export function canReduce({ reduction, domain }: FunctionDefinition, input: QFormat): boolean {
  switch (reduction.kind) {
    case 'normalise':
      return Number.isInteger(reduction.perStep) && !(input.signed && domain[0].from < 0);
    case 'split':
      return reduction.offset === 0;
    default:
      return false;
  }
}

/** How a function is folded at zero, where a plan can say it. */
export function foldOf(
  { symmetry }: FunctionDefinition,
  output: QFormat,
): { readonly kind: 'odd' | 'even' } | { readonly kind: 'point'; readonly sum: number } | undefined {
  if (!symmetry || symmetry.slope !== 0) return undefined;
  const { sign, sum } = symmetry;
  if (sum !== 0) return sign === -1 ? { kind: 'point', sum: sum * 2 ** output.fracBits } : undefined;
  return { kind: sign === 1 ? 'even' : 'odd' };
}

function symmetric(
  definition: FunctionDefinition,
  input: QFormat,
  output: QFormat,
  range: RawRange,
): ReducedProblem {
  const unit = 2 ** -input.fracBits;
  const evaluate = (a: number) => definition.evaluate(a * unit);
  const fold = input.signed ? foldOf(definition, output) : undefined;
  if (!fold) {
    const needsHighTail = range.hi < maxRaw(input);
    const needsLowTail = range.lo > minRaw(input);
    const hi = needsHighTail ? range.hi : range.hi + 1;
    return {
      reduce: { kind: 'none' },
      approximand: { evaluate, lo: range.lo, hi, fracBits: input.fracBits },
      worstExponent: 0,
      needsHighTail,
      needsLowTail,
    };
  }
  const farthest = Math.max(Math.abs(range.lo), Math.abs(range.hi));
  const needsHighTail = farthest < -minRaw(input);
  return {
    reduce: fold,
    // With a tail, the last argument of the range is the tail's first.
    approximand: { evaluate, lo: 0, hi: needsHighTail ? farthest : farthest + 1, fracBits: input.fracBits },
    worstExponent: 0,
    needsHighTail,
    needsLowTail: false,
  };
}

type Normalise = Extract<FunctionDefinition['reduction'], { kind: 'normalise' }>;
type Split = Extract<FunctionDefinition['reduction'], { kind: 'split' }>;

function normalised(
  definition: FunctionDefinition,
  { step, effect, perStep }: Normalise,
  input: QFormat,
  range: RawRange,
): ReducedProblem {
  // The mantissa m = a · 2^-(width − step) lies in [1, 2^step); x = m · 2^(step · power), where
  // power = (width − step − n) / step − k has to be an integer.
  const longest = maxRaw(input).toString(2).length;
  const excess = (longest - step - input.fracBits) % step;
  const width = longest + (excess === 0 ? 0 : excess > 0 ? step - excess : -excess);
  const fracBits = width - step;
  const offset = ((width - step - input.fracBits) / step) * perStep + 0; // never −0
  const exponent: Exponent = { effect, slope: 0 - perStep, offset };
  const reduction: Reduction = { kind: 'normalise', width, step, exponent };
  return {
    reduce: reduction,
    approximand: {
      evaluate: (a) => definition.evaluate(a * 2 ** -fracBits),
      lo: 2 ** fracBits,
      hi: 2 ** width,
      fracBits,
    },
    worstExponent: effect === 'scale' ? worstExponent(reduction, exponent, fracBits, range) : 0,
    needsHighTail: false,
    needsLowTail: false,
  };
}

/** Fraction bits of a split's remainder beyond what the output shows: its error then stays below 2^-4 ulp. */
const SPLIT_GUARD = 4;
/** Keeps the product with an input in two exact double products. */
const WIDEST_MULTIPLIER_BITS = 36;

function split(
  { multiplier, multiplierFixed, core }: Split,
  input: QFormat,
  output: QFormat,
  range: RawRange,
): ReducedProblem {
  const farthest = Math.max(Math.abs(range.lo), Math.abs(range.hi)) * 2 ** -input.fracBits;
  const greatest = Math.max(0, Math.ceil(range.hi * 2 ** -input.fracBits * multiplier));
  const fracBits = output.fracBits + Math.min(greatest, output.bits - output.fracBits) + SPLIT_GUARD;
  const wanted = fracBits + Math.max(0, Math.ceil(Math.log2(Math.max(farthest, 1))));
  const multiplierBits = Math.min(wanted, WIDEST_MULTIPLIER_BITS - Math.ceil(Math.log2(multiplier)));
  const exponent: Exponent = { effect: 'scale', slope: 1, offset: 0 };
  const reduction: Reduction = {
    kind: 'split',
    multiplier: Number(multiplierFixed(multiplierBits)),
    shift: input.fracBits + multiplierBits - fracBits,
    exponent,
  };
  return {
    reduce: reduction,
    approximand: { evaluate: (a) => core.evaluate(a * 2 ** -fracBits), lo: 0, hi: 2 ** fracBits, fracBits },
    worstExponent: worstExponent(reduction, exponent, fracBits, range),
    needsHighTail: false,
    needsLowTail: false,
  };
}

/** k is monotone in x, so the ends of the range have the extreme exponents. */
function worstExponent(
  reduction: Reduction,
  exponent: Exponent,
  argumentFracBits: number,
  range: RawRange,
): number {
  const exponents = [range.lo, range.hi].map(
    (x) =>
      exponent.slope * reduce({ reduce: reduction, argumentFracBits }, BigInt(x)).count + exponent.offset,
  );
  return Math.max(...exponents);
}
