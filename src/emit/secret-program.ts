import {
  addIntervals,
  interval,
  multiplyIntervals,
  shiftInterval,
  widthBits,
  type Interval,
} from '../fixedpoint/interval.js';

/*
 * What a kernel is made of where its input is secret: nothing may branch on it or be looked up by it, sums with
 * public factors are free, and everything else is one of three operations that cost.
 */

/** A secret integer that has a name, and the interval in which it is proven to lie. */
export interface Secret {
  readonly name: string;
  readonly interval: Interval;
}

/** constant + Σ factor · secret: public factors, so that the parties form it without talking. */
export interface Expression {
  readonly constant: bigint;
  readonly terms: readonly Term[];
  readonly interval: Interval;
}

export interface Term {
  readonly secret: Secret;
  readonly factor: bigint;
}

/** One line of a program; every secret is assigned once. */
export type Statement =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'sum'; readonly to: Secret; readonly value: Expression }
  | { readonly kind: 'product'; readonly to: Secret; readonly left: Secret; readonly right: Secret }
  /** 1 where secret ≥ bound, 0 elsewhere */
  | { readonly kind: 'atLeast'; readonly to: Secret; readonly secret: Secret; readonly bound: bigint }
  /** floor(value · 2^-shift) for shift ≥ 1 */
  | { readonly kind: 'floor'; readonly to: Secret; readonly value: Expression; readonly shift: number };

/** A function of one secret integer, as a straight line. */
export interface SecretProgram {
  readonly input: Secret;
  readonly statements: readonly Statement[];
  readonly result: Expression;
}

export const constant = (value: bigint): Expression => ({
  constant: value,
  terms: [],
  interval: interval(value, value),
});

export const expressionOf = (secret: Secret): Expression => ({
  constant: 0n,
  terms: [{ secret, factor: 1n }],
  interval: secret.interval,
});

/** The value of an expression without secrets. */
export function publicValue({ constant: value, terms }: Expression): bigint | undefined {
  return terms.length === 0 ? value : undefined;
}

export function times(value: Expression, factor: bigint): Expression {
  if (factor === 0n) return constant(0n);
  return {
    constant: value.constant * factor,
    terms: value.terms.map((term) => ({ secret: term.secret, factor: term.factor * factor })),
    interval: multiplyIntervals(value.interval, interval(factor, factor)),
  };
}

export function plus(...values: readonly Expression[]): Expression {
  const factors = new Map<Secret, bigint>();
  for (const { secret, factor } of values.flatMap(({ terms }) => terms)) {
    factors.set(secret, (factors.get(secret) ?? 0n) + factor);
  }
  return {
    constant: values.reduce((sum, value) => sum + value.constant, 0n),
    terms: [...factors].filter(([, factor]) => factor !== 0n).map(([secret, factor]) => ({ secret, factor })),
    interval: values.map((value) => value.interval).reduce(addIntervals),
  };
}

export const minus = (a: Expression, b: Expression): Expression => plus(a, times(b, -1n));

/** The same value where something beyond interval arithmetic proves where it lies. */
export function within(value: Expression, proven: Interval): Expression {
  return publicValue(value) === undefined ? { ...value, interval: meet(value.interval, proven) } : value;
}

/** What both intervals hold. */
function meet(a: Interval, b: Interval): Interval {
  return { lo: a.lo > b.lo ? a.lo : b.lo, hi: a.hi < b.hi ? a.hi : b.hi };
}

/** The value under one name, unless it is public. */
export function whole(writer: SecretWriter, value: Expression, name: string): Expression {
  return publicValue(value) === undefined ? expressionOf(writer.named(value, name)) : value;
}

/** Writes a program, operation by operation; what is known without the secret costs nothing. */
export interface SecretWriter {
  /** Begins a part of the program, for its reader. */
  readonly note: (text: string) => void;
  /** A name for a value; names are of small letters, and of a number where there are more of one name. */
  readonly named: (value: Expression, name: string) => Secret;
  /** @param proven where it lies, if something beyond interval arithmetic tells */
  readonly product: (a: Expression, b: Expression, name: string, proven?: Interval) => Expression;
  /** 1 where value ≥ bound, 0 elsewhere. The same question is asked once. */
  readonly atLeast: (value: Expression, bound: bigint, name: string) => Expression;
  /** floor(value · 2^-shift); an exact shift to the left where it is negative. */
  readonly floor: (value: Expression, shift: number, name: string) => Expression;
  readonly finish: (result: Expression) => SecretProgram;
}

const BIT: Interval = interval(0n, 1n);

export function secretWriter(input: Secret): SecretWriter {
  const statements: Statement[] = [];
  const taken = new Map<string, number>([[input.name, 1]]);
  const known = new Map<Secret, Map<bigint, Secret>>();
  const fresh = (name: string, lies: Interval): Secret => {
    const count = taken.get(name) ?? 0;
    taken.set(name, count + 1);
    return { name: count === 0 ? name : `${name}${count + 1}`, interval: lies };
  };
  const named = (value: Expression, name: string): Secret => {
    const [term] = value.terms;
    if (value.terms.length === 1 && term.factor === 1n && value.constant === 0n) return term.secret;
    const to = fresh(name, value.interval);
    statements.push({ kind: 'sum', to, value });
    return to;
  };
  const product = (a: Expression, b: Expression, name: string, proven?: Interval): Expression => {
    const lies = multiplyIntervals(a.interval, b.interval);
    const known = proven === undefined ? lies : meet(lies, proven);
    const [left, right] = [publicValue(a), publicValue(b)];
    if (left !== undefined) return within(times(b, left), known);
    if (right !== undefined) return within(times(a, right), known);
    const operands = { left: named(a, `${name}a`), right: named(b, `${name}b`) };
    const to = fresh(name, known);
    statements.push({ kind: 'product', to, ...operands });
    return expressionOf(to);
  };
  const atLeast = (value: Expression, bound: bigint, name: string): Expression => {
    if (bound <= value.interval.lo) return constant(1n);
    if (bound > value.interval.hi) return constant(0n);
    // A secret and a constant are compared as the secret is, so that it is prepared for comparisons once.
    const shifted = value.terms.length === 1 && value.terms[0].factor === 1n;
    const secret = shifted ? value.terms[0].secret : named(value, `${name}v`);
    const at = shifted ? bound - value.constant : bound;
    const asked = known.get(secret) ?? new Map<bigint, Secret>();
    known.set(secret, asked);
    const to = asked.get(at) ?? fresh(name, BIT);
    if (!asked.has(at)) statements.push({ kind: 'atLeast', to, secret, bound: at });
    asked.set(at, to);
    return expressionOf(to);
  };
  const floor = (value: Expression, shift: number, name: string): Expression => {
    if (shift <= 0) return times(value, 1n << BigInt(-shift));
    const lies = shiftInterval(value.interval, shift, 'floor');
    if (lies.lo === lies.hi) return constant(lies.lo);
    const to = fresh(name, lies);
    statements.push({ kind: 'floor', to, value, shift });
    return expressionOf(to);
  };
  return {
    note: (text) => statements.push({ kind: 'note', text }),
    named,
    product,
    atLeast,
    floor,
    finish: (result) => ({ input, statements, result }),
  };
}

/** What a program costs the parties. */
export interface SecretCost {
  readonly comparisons: number;
  readonly truncations: number;
  /** Products of two secrets. */
  readonly products: number;
  /** Secrets that are compared at all, however often. */
  readonly compared: number;
  /** The two's complement width that holds every secret and everything that is compared or shifted. */
  readonly bits: number;
}

export function secretCost({ input, statements, result }: SecretProgram): SecretCost {
  const comparisons = statements.flatMap((line) => (line.kind === 'atLeast' ? [line] : []));
  const count = (kind: Statement['kind']) => statements.filter((line) => line.kind === kind).length;
  const intervals = [
    input.interval,
    result.interval,
    ...partialSums(result),
    ...statements.flatMap(intervalsOf),
  ];
  return {
    comparisons: comparisons.length,
    truncations: count('floor'),
    products: count('product'),
    compared: new Set(comparisons.map(({ secret }) => secret)).size,
    bits: Math.max(...intervals.map(widthBits)),
  };
}

/** Every interval that a statement's arithmetic passes through. */
export function intervalsOf(line: Statement): readonly Interval[] {
  switch (line.kind) {
    case 'note':
      return [];
    case 'sum':
      return [line.to.interval, ...partialSums(line.value)];
    case 'product':
      return [line.to.interval];
    case 'atLeast':
      return [line.secret.interval, differences(line.secret, line.bound)];
    case 'floor':
      return [line.value.interval, line.to.interval, ...partialSums(line.value)];
  }
}

/** secret − bound */
export function differences({ interval: lies }: Secret, bound: bigint): Interval {
  return addIntervals(lies, interval(-bound, -bound));
}

/** What an expression passes through when it is added up from the left. */
function partialSums({ constant: first, terms }: Expression): readonly Interval[] {
  const sums = [interval(first, first)];
  for (const { secret, factor } of terms) {
    const term = multiplyIntervals(secret.interval, interval(factor, factor));
    sums.push(term, addIntervals(sums[sums.length - 1], term));
  }
  return sums;
}
