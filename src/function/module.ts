import { usageError } from '../diagnostic.js';
import { required } from '../host.js';
import type { FunctionDefinition } from './definition.js';
import { limitNear, type Piece } from './domain.js';
import { dyadic, toNumber, type Dyadic } from './dyadic.js';

/** What a user's module exports. */
interface UserFunction {
  readonly name: string;
  readonly formula: string;
  readonly evaluate: (x: number) => number;
  readonly exact: (raw: bigint, fracBits: number, bits: number) => bigint | undefined;
  readonly domain: readonly Piece[];
}

const EVERYWHERE: readonly Piece[] = [
  { from: -Infinity, to: Infinity, fromIncluded: false, toIncluded: false },
];
const HINT =
  'it should export name, evaluate(x) in doubles and exact(raw, fracBits, bits): the value at raw · 2^-fracBits times 2^bits, as a bigint';

/**
 * A function with a reference of its own, from an ES module that exports `name`, `evaluate(x)` and
 * `exact(raw, fracBits, bits)`, and perhaps `formula` and `domain` (a list of [from, to], both included).
 * It has no expansion: a proof judges it input by input.
 *
 * @throws usage error that says what the module lacks, or where its two forms disagree
 */
export async function loadModule(path: string): Promise<FunctionDefinition> {
  const exported = await importFrom(path);
  if (!exported) throw refuse(path, 'there is no such file', 'check the path');
  const user = checkExports(path, exported);
  checkValues(path, user);
  const { name, formula, evaluate, domain } = user;
  return Object.freeze<FunctionDefinition>({
    name,
    identifier: name,
    formula,
    evaluate,
    exact: (x, bits) => agreedOf(path, user, x, bits),
    expand: () => undefined,
    domain,
    outside: (x) => limitNear(evaluate, domain, x),
    breaks: [],
    reduction: { kind: 'none' },
  });
}

function refuse(path: string, message: string, hint = HINT): Error {
  return usageError('bad-module', `${path}: ${message}`, hint, '--module');
}

async function importFrom(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const importModule = required('importModule', 'a function of your own module');
  try {
    return await importModule(path);
  } catch (error) {
    throw refuse(path, `it can't be imported: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkExports(path: string, exported: Readonly<Record<string, unknown>>): UserFunction {
  const { name, evaluate, exact, formula, domain } = exported;
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw refuse(path, `its name is ${JSON.stringify(name)}; expected a letter, then letters, digits or _`);
  }
  for (const [key, value] of Object.entries({ evaluate, exact })) {
    if (typeof value !== 'function')
      throw refuse(path, `it exports ${key} as ${typeof value}; expected a function`);
  }
  if (formula !== undefined && typeof formula !== 'string') {
    throw refuse(path, `its formula is a ${typeof formula}; expected a string`);
  }
  return Object.freeze({
    name,
    formula: formula ?? `${name}(x), from a module`,
    evaluate: evaluate as UserFunction['evaluate'],
    exact: exact as UserFunction['exact'],
    domain: domain === undefined ? EVERYWHERE : checkDomain(path, domain),
  });
}

function checkDomain(path: string, domain: unknown): readonly Piece[] {
  const isPair = (pair: unknown): pair is readonly [number, number] =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((end) => typeof end === 'number' && !Number.isNaN(end)) &&
    (pair[0] as number) <= (pair[1] as number);
  const isList = Array.isArray(domain) && domain.length > 0 && domain.every(isPair);
  const pairs = isList ? (domain as readonly (readonly [number, number])[]) : [];
  if (!isList || pairs.some(([from], i) => i > 0 && from <= pairs[i - 1][1])) {
    throw refuse(
      path,
      `its domain is ${JSON.stringify(domain)}; expected ascending intervals [[from, to], …]`,
    );
  }
  return pairs.map(([from, to]) => ({
    from,
    to,
    fromIncluded: Number.isFinite(from),
    toIncluded: Number.isFinite(to),
  }));
}

function exactOf(path: string, user: UserFunction, x: Dyadic, bits: number): bigint | undefined {
  const value: unknown = user.exact(x.raw, x.fracBits, bits);
  if (value === undefined || typeof value === 'bigint') return value;
  throw refuse(
    path,
    `exact(${x.raw}n, ${x.fracBits}, ${bits}) is a ${typeof value}; expected a bigint or undefined`,
  );
}

/** The same, held against the form in doubles wherever it is asked: a proof has no other reference. */
function agreedOf(path: string, user: UserFunction, x: Dyadic, bits: number): bigint | undefined {
  const value = exactOf(path, user, x, bits);
  if (value === undefined) return undefined;
  const at = toNumber(x);
  const approximate: unknown = user.evaluate(at);
  if (typeof approximate !== 'number' || Number.isNaN(approximate)) {
    throw refuse(path, `evaluate(${at}) is ${String(approximate)}; expected a number`);
  }
  const exact = Number(value) / 2 ** bits;
  const allowed = TOLERANCE * Math.max(1, Math.abs(exact)) + 2 ** -bits;
  if (exact !== approximate && !(Math.abs(exact - approximate) <= allowed)) {
    throw refuse(path, `at ${at}, evaluate gives ${approximate} and exact ${exact}; expected the same`);
  }
  return value;
}

const SAMPLE_FRAC_BITS = 20;
const SAMPLE_BITS = 96;
const SAMPLES = 64;
/** How far the two forms may be apart, relative to the value and absolutely: what doubles lose to a cancellation of 12 bits. */
const TOLERANCE = 2 ** -40;

/** Looks at points of the domain: the two forms agree there, and more bits only add digits. */
function checkValues(path: string, user: UserFunction): void {
  for (const x of samples(user.domain)) {
    const at = toNumber(x);
    const exact = agreedOf(path, user, x, SAMPLE_BITS);
    if (exact === undefined) throw refuse(path, `exact has no value at ${at}, which is in its domain`);
    const coarse = exactOf(path, user, x, SAMPLE_BITS / 2);
    const difference = (coarse ?? 0n) - (exact >> BigInt(SAMPLE_BITS / 2));
    if (coarse === undefined || difference < -1n || difference > 2n) {
      throw refuse(
        path,
        `at ${at}, exact with ${SAMPLE_BITS / 2} bits is not what it is with ${SAMPLE_BITS}`,
      );
    }
  }
}

/** Points spread over the part of each interval that is nearest to zero. */
function samples(domain: readonly Piece[]): readonly Dyadic[] {
  return domain.flatMap(({ from, to }) => {
    const lo = Math.max(from, Math.min(to - 16, -8));
    const hi = Math.min(to, Math.max(lo + 16, 8));
    return Array.from({ length: SAMPLES }, (_, i) => {
      const x = lo + ((hi - lo) * i) / (SAMPLES - 1);
      // Rounded to the inside, so that an end stays in the domain.
      const scaled = x * 2 ** SAMPLE_FRAC_BITS;
      return dyadic(i < SAMPLES / 2 ? Math.ceil(scaled) : Math.floor(scaled), SAMPLE_FRAC_BITS);
    });
  });
}
