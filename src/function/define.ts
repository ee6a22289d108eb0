import { usageError } from '../diagnostic.js';
import { compileExpression } from './compile.js';
import type { FunctionDefinition, RangeReduction } from './definition.js';
import { domainOf, limitNear, valueOf, type Piece } from './domain.js';
import type { Dyadic } from './dyadic.js';
import { exactValue, expandOn } from './evaluate.js';
import type { Expression } from './expression.js';
import { reductionOf } from './reduction.js';
import { symmetryOf } from './symmetry.js';

export interface DefinitionOptions {
  readonly name: string;
  readonly identifier: string;
  readonly formula: string;
  /** Where the catalogue knows a better range than what follows from the reduction and the domain. */
  readonly defaultRange?: readonly [number, number] | undefined;
}

/** An expression with everything that can be found out about it; each when it is first asked for. */
export function defineFunction(
  expression: Expression,
  { name, identifier, formula, defaultRange }: DefinitionOptions,
): FunctionDefinition {
  const exact = (x: Dyadic, bits: number) => exactValue(expression, x, bits);
  const domain = once(() => domainOf(expression));
  const symmetry = once(() => symmetryOf(expression));
  const reduction = once(() => reductionOf(expression, domain().pieces, symmetry()));
  const compiled = once(() => compileExpression(expression));
  const range = once(() => defaultRange ?? naturalRange(reduction(), domain().pieces));
  return Object.freeze<FunctionDefinition>({
    name,
    identifier,
    formula,
    get evaluate() {
      return compiled();
    },
    exact,
    expand: (center, halfWidth, terms, bits) => expandOn(expression, center, halfWidth, terms, bits),
    get domain() {
      return domain().pieces;
    },
    outside: (x) => limitNear(valueOf(exact), domain().pieces, x),
    get breaks() {
      return domain().breaks;
    },
    get symmetry() {
      return symmetry();
    },
    get reduction() {
      return reduction();
    },
    get defaultRange() {
      return range();
    },
  });
}

/** What the parts of a definition can't say: a function without any value, or one that is not understood. */
export function checkDomain(expression: Expression, name: string, path: string): void {
  const { pieces, undecided } = domainOf(expression);
  if (pieces.length === 0) {
    throw usageError(
      'nowhere-defined',
      `${name} has no value at any x; expected a function that is defined somewhere`,
      'check the signs of what stands under roots and logarithms',
      path,
    );
  }
  if (undecided !== undefined) {
    throw usageError(
      'undecided-domain',
      `it can't be decided where ${name} is defined, near x = ${undecided}`,
      'try to write it with fewer x, or give a module with a reference of its own',
      path,
    );
  }
}

function once<T>(compute: () => T): () => T {
  let value: { readonly known: T } | undefined;
  return () => (value ??= { known: compute() }).known;
}

/** The interval of the reduced argument, or the whole of a bounded domain. */
function naturalRange(
  reduction: RangeReduction,
  domain: readonly Piece[],
): readonly [number, number] | undefined {
  switch (reduction.kind) {
    case 'normalise':
      return [1, 2 ** reduction.step];
    case 'split':
    case 'periodic':
      return [0, 1 / reduction.multiplier];
    case 'none': {
      const [only] = domain;
      const isClosed = domain.length === 1 && only.fromIncluded && only.toIncluded;
      return isClosed ? [only.from, only.to] : undefined;
    }
  }
}
