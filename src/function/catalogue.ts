import { ApproxgenError, usageError } from '../diagnostic.js';
import { notOneOf } from '../nearest.js';
import { checkDomain, defineFunction } from './define.js';
import type { FunctionDefinition } from './definition.js';
import { differentiate } from './differentiate.js';
import { ENTRIES, type Entry } from './entries.js';
import { isConstant, type Expression } from './expression.js';
import { identifierOf, identifierOfText } from './identifier.js';
import { loadModule } from './module.js';
import { parseExpression, type NamedFunctions } from './parse.js';
import { printExpression } from './print.js';

/** Every function that approxgen knows by name. */
export const FUNCTIONS: readonly FunctionDefinition[] = Object.freeze(
  ENTRIES.map(({ name, expression, about, range }) =>
    defineFunction(expression, {
      name,
      identifier: identifierOf(name),
      formula: `${identifierOf(name)}(x) = ${about}`,
      defaultRange: range,
    }),
  ),
);

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(
  FUNCTIONS.map((entry) => [entry.name, entry]),
);
const entryByName: ReadonlyMap<string, Entry> = new Map(ENTRIES.map((entry) => [entry.name, entry]));
/** In expressions, `hard_sigmoid(x)`. */
const callable: NamedFunctions = new Map(
  ENTRIES.map(({ name, expression }) => [identifierOf(name), expression]),
);
/** Derivatives and expressions that were found before: what is known about them need not be found out again. */
const found = new Map<string, FunctionDefinition>();
const MOST_KEPT = 256;

/**
 * The function that a text means: a name of the catalogue (`tanh`), a derivative of one (`d tanh`,
 * `d d tanh`), or any expression in x (`x*tanh(log1p(exp(x)))`).
 *
 * @throws usage error that names the nearest function, or the place where an expression can't be read
 */
export function findFunction(text: string, path = '--fn'): FunctionDefinition {
  const name = text.trim().replaceAll(/\s+/g, ' ');
  const known = byName.get(name) ?? found.get(name) ?? modules.get(text.trim());
  if (known) return known;
  const definition = isPlainName(name) ? undefined : derived(name, path);
  if (!definition) throw unknownFunction(name, path);
  if (found.size >= MOST_KEPT) found.clear();
  found.set(name, definition);
  return definition;
}

/** What the text of a function starts with that a user's module exports. */
export const MODULE = 'module:';

/**
 * Makes a function ready for `findFunction`: one of a user's module (`module:./my-fn.mjs`) has to be imported
 * before, anything else is found at once.
 *
 * @throws usage error as `findFunction` and `loadModule` do
 */
export async function prepareFunction(text: string, path = '--fn'): Promise<FunctionDefinition> {
  const name = text.trim();
  if (!name.startsWith(MODULE) || modules.has(name)) return findFunction(name, path);
  const definition = await loadModule(name.slice(MODULE.length));
  const registered = Object.freeze<FunctionDefinition>({ ...definition, name });
  modules.set(name, registered);
  return registered;
}

/** Functions of modules that were imported. */
const modules = new Map<string, FunctionDefinition>();

/** A single word, perhaps with hyphens, that is no difference of x, e, pi and whole numbers. */
function isPlainName(name: string): boolean {
  if (name === '') return true;
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return false;
  return !name.split('-').every((part) => /^(?:x|e|pi|\d+)$/.test(part));
}

function derived(name: string, path: string): FunctionDefinition | undefined {
  const inner = /^d (.+)$/.exec(name)?.[1];
  const expression = inner === undefined ? parseExpression(name, callable, path) : derivative(inner, path);
  if (!expression) return undefined;
  if (isConstant(expression)) {
    throw usageError(
      'constant-function',
      `${name} is the constant ${printExpression(expression)}; expected a function of x`,
      undefined,
      path,
    );
  }
  checkDomain(expression, name, path);
  const base = inner?.replaceAll(/^(?:d )+/g, '');
  const isNamed = base !== undefined && entryByName.has(base);
  return defineFunction(expression, {
    name,
    identifier: isNamed ? identifierOf(name) : identifierOfText(name),
    formula: inner === undefined ? `f(x) = ${name}` : derivativeFormula(inner, expression),
  });
}

const LONGEST_FORMULA = 120;

function derivativeFormula(inner: string, expression: Expression): string {
  const text = `d/dx ${inner} = ${printExpression(expression)}`;
  return text.length <= LONGEST_FORMULA ? text : `d/dx ${inner}`;
}

function derivative(name: string, path: string): Expression | undefined {
  const inner = /^d (.+)$/.exec(name)?.[1];
  if (inner !== undefined) {
    const first = derivative(inner, path);
    return first && differentiate(first);
  }
  const entry = entryByName.get(name);
  if (!entry && isPlainName(name)) throw unknownFunction(name, path);
  return differentiate(entry ? entry.expression : parseExpression(name, callable, path));
}

function unknownFunction(name: string, path: string): Error {
  const names = FUNCTIONS.map((definition) => definition.name);
  const called = `${name}(x)`;
  const elsewhere = 'an expression in x goes after --expr, a function of your own after --module';
  const hint = isExpression(called) ? `try --expr '${called}'` : elsewhere;
  return notOneOf('unknown-function', name, 'a function that approxgen knows', names, path, hint);
}

/** Whether a text is an expression that depends on x. */
export function isExpression(text: string): boolean {
  try {
    return !isConstant(parseExpression(text, callable));
  } catch (error) {
    if (error instanceof ApproxgenError) return false;
    throw error;
  }
}
