import { minRawBigint } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import { representableBigint } from '../fixedpoint/overflow.js';
import { dyadic } from '../function/dyadic.js';
import type { Fold, RawRange } from '../plan/plan.js';
import { absoluteUlp } from '../segment/target.js';
import type { ResolvedSpec } from '../spec.js';
import { foldOf } from './side.js';

/** Heuristic: magnitudes of a range at which f is looked at. */
const PLACES = 1024;
/** Fraction bits of an ulp in which errors are told. */
const ERROR_BITS = 16n;
/** Of functions that are made of pieces, whose kernels can be exact, a fold may not err at all. */
const PIECES_ULP = 0.5;

/**
 * A spec without the fold where that errs by more than the target: a kernel that runs on |x| gives what the output
 * holds of f(|x|), one less than f where −f(|x|) is the least output, or where x is the least input.
 */
export function foldedWithinTarget(spec: ResolvedSpec, range: RawRange<Integer>): ResolvedSpec {
  const { definition, output, target } = spec;
  const fold = foldOf(spec);
  // Only magnitudes can be normalised.
  if (!fold || definition.reduction.kind === 'normalise') return spec;
  const asked = absoluteUlp(target, output.fracBits);
  const allowed = definition.breaks.length > 0 ? Math.min(asked, PIECES_ULP) : asked;
  if (magnitudesToTry(spec, fold, range).every((a) => foldError(spec, fold, a) <= allowed)) return spec;
  return withoutFold(spec);
}

/** A spec whose kernel runs on x itself. */
export function withoutFold(spec: ResolvedSpec): ResolvedSpec {
  return { ...spec, definition: { ...spec.definition, symmetry: undefined } };
}

/** Magnitudes of negative inputs that count and whose output saturates; few of them. */
function magnitudesToTry(spec: ResolvedSpec, fold: Fold, range: RawRange<Integer>): readonly bigint[] {
  const { definition, input, output } = spec;
  const most = Number(representableBigint(output, spec.overflow).max);
  const valueAt = (a: number): number => definition.evaluate(a * 2 ** -input.fracBits) * 2 ** output.fracBits;
  const saturates = (a: number): boolean => valueAt(a) >= most - 1;
  const greatest = -Number(range.lo);
  const step = Math.max(1, Math.floor(greatest / PLACES));
  const tried: number[] = [];
  for (let a = greatest; a > 0 && a >= -Number(range.hi); a -= step) if (saturates(a)) tried.push(a);
  const ends = tried.length === 0 ? [] : [tried[0], tried[tried.length - 1]];
  const last = -minRawBigint(input);
  // Tails go on to the ends of the format, and something is claimed of those that are lines, or level.
  const hasTail = definition.reduction.kind === 'none';
  const isLine = BigInt(fold.slope) !== 0n;
  const isServed = hasTail && (isLine || valueAt(Number(last)) <= most + 2);
  return [...ends.map(BigInt), ...(isServed && saturates(Number(last)) ? [last] : [])];
}

/** How far the fold's output is from f at minus a magnitude, in ulps, f being met at the magnitude itself. */
function foldError(spec: ResolvedSpec, { sign, sum, slope }: Fold, magnitude: bigint): number {
  const { definition, input, output, overflow } = spec;
  const { min, max } = representableBigint(output, overflow);
  const clamp = (value: bigint): bigint => {
    const [low, high] = [min << ERROR_BITS, max << ERROR_BITS];
    return value < low ? low : value > high ? high : value;
  };
  const [x, bits] = [-magnitude, output.fracBits + Number(ERROR_BITS)];
  const [wanted, mirrored] = [x, magnitude].map((at) => definition.exact(dyadic(at, input.fracBits), bits));
  if (wanted === undefined || mirrored === undefined) return 0;
  const line = BigInt(sum) + ((BigInt(slope) * x) << BigInt(Math.max(0, output.fracBits - input.fracBits)));
  const given = clamp(BigInt(sign) * clamp(mirrored) + (line << ERROR_BITS));
  const error = given - clamp(wanted);
  return Number(error < 0n ? -error : error) / 2 ** Number(ERROR_BITS);
}
