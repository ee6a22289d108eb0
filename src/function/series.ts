import * as e from './enclosure.js';
import type { Enclosure } from './enclosure.js';
import { twoOverRootPi } from './error-function.js';
import { integerRoot } from './multiprecision.js';
import { PRIMITIVE_RANGE, type Failure, type PrimitiveName } from './primitive.js';
import type { Rational } from './rational.js';

/**
 * Truncated Taylor expansions with enclosed coefficients: element k encloses f^(k)(c)/k! · h^k in units of
 * 2^-bits, for every c of an interval of centres and one half-width h. Coefficients that are left out at
 * the end are zero. The recurrences are the classical ones (Moore, Interval Analysis, ch. 11; Griewank &
 * Walther, Evaluating Derivatives, ch. 13). With one coefficient, a series is the function's range on the
 * interval of centres, and need not be differentiable there.
 */
export type Series = readonly Enclosure[];

export interface SeriesContext {
  readonly bits: number;
  /** How many coefficients are kept; at least one. */
  readonly terms: number;
  /** Take arguments that may be just outside a closed domain to be at its end. */
  readonly lenient: boolean;
}

export type Outcome = Series | Failure;

export function isFailure(outcome: Outcome): outcome is Failure {
  return typeof outcome === 'string';
}

export function constant(value: Enclosure): Series {
  return [value];
}

export function add(a: Series, b: Series): Series {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return long.map((value, k) => (k < short.length ? e.add(value, short[k]) : value));
}

export function negate(a: Series): Series {
  return a.map(e.negate);
}

export function scale(a: Series, { numerator, denominator }: Rational): Series {
  return a.map((value) => e.scale(value, numerator, denominator));
}

export function multiply(a: Series, b: Series, { bits, terms }: SeriesContext): Series {
  if (a === b) return square(a, { bits, terms, lenient: false });
  const shift = BigInt(bits);
  return Array.from({ length: Math.min(terms, a.length + b.length - 1) }, (_, k) =>
    e.shiftRight(exactConvolution(a, b, k), shift),
  );
}

/** Σ a[i] · b[k − i], exactly, in units of 2^-2·bits. */
function exactConvolution(a: Series, b: Series, k: number): Enclosure {
  let [lo, hi] = [0n, 0n];
  for (let i = Math.max(0, k - b.length + 1); i <= k && i < a.length; i++) {
    const product = e.exactProduct(a[i], b[k - i]);
    lo += product.lo;
    hi += product.hi;
  }
  return { lo, hi };
}

export function square(a: Series, { bits, terms }: SeriesContext): Series {
  return Array.from({ length: Math.min(terms, 2 * a.length - 1) }, (_, k) =>
    squareCoefficient(a, k, BigInt(bits)),
  );
}

/** Coefficient k of a²: pairs once and doubled, the middle one as a square, which is never negative. */
function squareCoefficient(a: Series, k: number, bits: bigint): Enclosure {
  let [lo, hi] = [0n, 0n];
  for (let i = Math.max(0, k - a.length + 1); 2 * i < k; i++) {
    const product = e.exactProduct(a[i], a[k - i]);
    lo += 2n * product.lo;
    hi += 2n * product.hi;
  }
  const pairs = e.shiftRight({ lo, hi }, bits);
  return k % 2 === 0 && k / 2 < a.length ? e.add(pairs, e.square(a[k / 2], bits)) : pairs;
}

/** q[k] = (a[k] − Σ_{j ≥ 1} q[k − j] · b[j]) / b[0]. */
export function divide(a: Series, b: Series, { bits, terms }: SeriesContext): Outcome {
  if (e.isZero(b[0]) && b.length === 1) return 'undefined';
  const shift = BigInt(bits);
  const length = b.length === 1 ? Math.min(a.length, terms) : terms;
  const quotient: Enclosure[] = [];
  const tail = b.slice(1);
  for (let k = 0; k < length; k++) {
    const known = k > 0 ? e.shiftRight(exactConvolution(quotient, tail, k - 1), shift) : e.ZERO;
    const rest = e.add(a[k] ?? e.ZERO, e.negate(known));
    const value = e.divide(rest, b[0], shift);
    if (!value) return e.isZero(b[0]) ? 'undefined' : 'unknown';
    quotient.push(value);
  }
  return quotient;
}

const reciprocal = (a: Series, context: SeriesContext): Outcome =>
  divide(constant(e.point(1n << BigInt(context.bits))), a, context);

/** u^exponent for a rational exponent; where it is no integer, for u > 0, and u = 0 if it is positive. */
export function power(u: Series, exponent: Rational, context: SeriesContext): Outcome {
  if (exponent.denominator === 1n) return integerPower(u, exponent.numerator, context);
  if (u[0].hi < 0n) return 'undefined';
  if (u[0].lo < 0n && !context.lenient) return 'unknown';
  if (u[0].lo <= 0n && exponent.numerator < 0n) return u[0].hi <= 0n ? 'undefined' : 'unknown';
  const value = rootRange(u[0], exponent, context);
  if (context.terms === 1 || u.length === 1 || isOneFailure(value))
    return isOneFailure(value) ? value : [value];
  return powerSeries(value, u, exponent, context);
}

const isOneFailure = (value: Enclosure | Failure): value is Failure => typeof value === 'string';

/** Powers beyond this are not computed: no format holds their like, and they would fill the memory. */
const GREATEST_POWER = 1n << 65536n;

function integerPower(u: Series, exponent: bigint, context: SeriesContext): Outcome {
  if (exponent < 0n) {
    const positive = integerPower(u, -exponent, context);
    return isFailure(positive) ? positive : reciprocal(positive, context);
  }
  if (exponent === 0n) return constant(e.point(1n << BigInt(context.bits)));
  if (exponent === 1n) return u;
  const half = integerPower(u, exponent / 2n, context);
  if (isFailure(half) || half[0].hi > GREATEST_POWER || half[0].lo < -GREATEST_POWER) return 'unknown';
  const even = square(half, context);
  return exponent % 2n === 0n ? even : multiply(even, u, context);
}

/** Beyond this degree roots are taken by the logarithm. */
const HIGHEST_ROOT = 12n;

/** The range of u^(p/q), q > 1, for u ≥ 0, or u > 0 where p < 0. */
function rootRange(u: Enclosure, exponent: Rational, context: SeriesContext): Enclosure | Failure {
  const { numerator: p, denominator: q } = exponent;
  if (p < 0n) {
    const inverse = rootRange(u, { numerator: -p, denominator: q }, context);
    if (isOneFailure(inverse)) return inverse;
    return e.divide(e.point(1n << BigInt(context.bits)), inverse, BigInt(context.bits)) ?? 'unknown';
  }
  const bits = BigInt(context.bits);
  const at = (raw: bigint): Enclosure => {
    if (raw <= 0n) return e.ZERO;
    if (e.isInfinite(raw)) return { lo: 0n, hi: e.INFINITY };
    if (q <= HIGHEST_ROOT && p <= HIGHEST_ROOT) {
      // (raw · 2^-bits)^(p/q) · 2^bits = (raw^p · 2^(bits · (q − p)))^(1/q)
      const shift = bits * (q - p);
      const radicand = shift >= 0n ? (raw ** p) << shift : (raw ** p) >> -shift;
      const root = integerRoot(radicand, Number(q));
      const exact = shift >= 0n && root ** q === radicand;
      return { lo: root, hi: exact ? root : root + 1n };
    }
    const logarithm = PRIMITIVE_RANGE.log(e.point(raw), context.bits, false) as Enclosure;
    return PRIMITIVE_RANGE.exp(e.scale(logarithm, p, q), context.bits, false) as Enclosure;
  };
  const low = at(u.lo);
  return { lo: low.lo, hi: u.lo === u.hi ? low.hi : at(u.hi).hi };
}

/** p[k] = Σ_{j=1…k} (j·α − (k − j)) · u[j] · p[k − j] / (k · u[0]). */
function powerSeries(first: Enclosure, u: Series, exponent: Rational, context: SeriesContext): Outcome {
  const { numerator, denominator } = exponent;
  const bits = BigInt(context.bits);
  const result = [first];
  for (let k = 1; k < context.terms; k++) {
    let sum = e.ZERO;
    for (let j = 1; j <= k && j < u.length; j++) {
      const factor = BigInt(j) * numerator - BigInt(k - j) * denominator;
      sum = e.add(sum, e.scale(e.exactProduct(u[j], result[k - j]), factor, 1n));
    }
    const scaled = e.scale(e.shiftRight(sum, bits), 1n, BigInt(k) * denominator);
    const value = e.divide(scaled, u[0], bits);
    if (!value) return 'unknown';
    result.push(value);
  }
  return result;
}

/**
 * f(u) from f(u[0]) and the derivative f′(u): f[k] = (1/k) Σ_{j=1…k} j · u[j] · f′[k − j].
 *
 * @param derivative coefficient k of f′(u), where f's own coefficients up to k may be used
 */
function integrate(
  first: Enclosure,
  u: Series,
  derivative: (k: number, own: Series) => Enclosure,
  { bits, terms }: SeriesContext,
): Series {
  const own = [first];
  const slopes: Enclosure[] = [];
  const shift = BigInt(bits);
  for (let k = 1; k < terms; k++) {
    slopes.push(derivative(k - 1, own));
    let sum = e.ZERO;
    for (let j = 1; j <= k && j < u.length; j++) {
      sum = e.add(sum, e.scale(e.exactProduct(u[j], slopes[k - j]), BigInt(j), 1n));
    }
    own.push(e.scale(e.shiftRight(sum, shift), 1n, BigInt(k)));
  }
  return own;
}

/** f(u) where the series of f′(u) is known whole. */
function fromDerivative(first: Enclosure, u: Series, slopes: Outcome, context: SeriesContext): Outcome {
  if (isFailure(slopes)) return slopes;
  return integrate(first, u, (k) => slopes[k] ?? e.ZERO, context);
}

/** A pair with s′ = c and c′ = sign · s: sine and cosine, circular and hyperbolic. */
function coupled(
  s0: Enclosure,
  c0: Enclosure,
  sign: 1n | -1n,
  u: Series,
  context: SeriesContext,
): [Series, Series] {
  const [s, c] = [[s0], [c0]];
  const shift = BigInt(context.bits);
  for (let k = 1; k < context.terms; k++) {
    let [sumS, sumC] = [e.ZERO, e.ZERO];
    for (let j = 1; j <= k && j < u.length; j++) {
      sumS = e.add(sumS, e.scale(e.exactProduct(u[j], c[k - j]), BigInt(j), 1n));
      sumC = e.add(sumC, e.scale(e.exactProduct(u[j], s[k - j]), BigInt(j) * sign, 1n));
    }
    s.push(e.scale(e.shiftRight(sumS, shift), 1n, BigInt(k)));
    c.push(e.scale(e.shiftRight(sumC, shift), 1n, BigInt(k)));
  }
  return [s, c];
}

const MINUS_HALF: Rational = { numerator: -1n, denominator: 2n };
const THIRD: Rational = { numerator: 1n, denominator: 3n };

/** A primitive function of a series. */
export function call(name: PrimitiveName, u: Series, context: SeriesContext): Outcome {
  const first = PRIMITIVE_RANGE[name](u[0], context.bits, context.lenient);
  if (isOneFailure(first)) return first;
  if (context.terms === 1 || u.length === 1) return [first];
  return callSeries(name, first, u, context);
}

function callSeries(name: PrimitiveName, first: Enclosure, u: Series, context: SeriesContext): Outcome {
  const { bits } = context;
  const shift = BigInt(bits);
  const unit = constant(e.point(1n << shift));
  const range = (other: PrimitiveName) => PRIMITIVE_RANGE[other](u[0], bits, context.lenient) as Enclosure;
  const onePlus = (a: Series): Series => add(unit, a);
  switch (name) {
    case 'exp':
      return integrate(first, u, (k, own) => own[k], context);
    case 'expm1':
      return [first, ...callSeries('exp', range('exp'), u, context).slice(1)] as Series;
    case 'log':
      return fromDerivative(first, u, reciprocal(u, context), context);
    case 'log1p':
      return fromDerivative(first, u, reciprocal(onePlus(u), context), context);
    case 'sin':
      return coupled(first, range('cos'), -1n, u, context)[0];
    case 'cos':
      return coupled(range('sin'), first, -1n, u, context)[1];
    case 'sinh':
      return coupled(first, range('cosh'), 1n, u, context)[0];
    case 'cosh':
      return coupled(range('sinh'), first, 1n, u, context)[1];
    case 'tan':
      return integrate(
        first,
        u,
        (k, own) =>
          k === 0 ? onePlus(square(own, { ...context, terms: 1 }))[0] : squareCoefficient(own, k, shift),
        context,
      );
    case 'tanh':
      return integrate(
        first,
        u,
        (k, own) => {
          const coefficient = e.negate(squareCoefficient(own, k, shift));
          return k === 0 ? e.add(coefficient, unit[0]) : coefficient;
        },
        context,
      );
    case 'sigmoid':
      return sigmoidSeries(first, u, context);
    case 'softplus':
      return fromDerivative(first, u, sigmoidSeries(range('sigmoid'), u, context), context);
    case 'erf':
      return fromDerivative(first, u, gaussian(u, context), context);
    case 'erfc': {
      const slopes = gaussian(u, context);
      return fromDerivative(first, u, isFailure(slopes) ? slopes : negate(slopes), context);
    }
    case 'atan':
      return fromDerivative(first, u, reciprocal(onePlus(square(u, context)), context), context);
    case 'atanh':
      return fromDerivative(first, u, reciprocal(onePlus(negate(square(u, context))), context), context);
    case 'asin':
      return fromDerivative(
        first,
        u,
        power(onePlus(negate(square(u, context))), MINUS_HALF, context),
        context,
      );
    case 'acos': {
      const slopes = power(onePlus(negate(square(u, context))), MINUS_HALF, context);
      return fromDerivative(first, u, isFailure(slopes) ? slopes : negate(slopes), context);
    }
    case 'asinh':
      return fromDerivative(first, u, power(onePlus(square(u, context)), MINUS_HALF, context), context);
    case 'acosh': {
      const below = e.negate(unit[0]);
      return fromDerivative(first, u, power(add([below], square(u, context)), MINUS_HALF, context), context);
    }
    case 'cbrt':
      if (u[0].lo > 0n) return powerSeries(first, u, THIRD, context);
      return u[0].hi < 0n ? powerSeries(first, u, THIRD, context) : 'unknown';
    case 'abs':
      if (u[0].lo >= 0n) return u;
      return u[0].hi <= 0n ? negate(u) : 'unknown';
  }
}

/** s′ = s · (1 − s), as a product: never negative. */
function sigmoidSeries(first: Enclosure, u: Series, context: SeriesContext): Series {
  const shift = BigInt(context.bits);
  const one = e.point(1n << shift);
  return integrate(
    first,
    u,
    (k, own) => {
      if (k === 0) return e.multiply(own[0], e.add(one, e.negate(own[0])), shift);
      return e.add(own[k], e.negate(squareCoefficient(own, k, shift)));
    },
    context,
  );
}

/** 2/√π · e^(−u²) */
function gaussian(u: Series, context: SeriesContext): Outcome {
  const exponent = negate(square(u, context));
  const bell = call('exp', exponent, context);
  if (isFailure(bell)) return bell;
  const factor = twoOverRootPi(context.bits);
  return multiply(bell, [{ lo: factor - 1n, hi: factor + 1n }], context);
}
