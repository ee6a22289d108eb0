import * as fc from 'fast-check';
import * as f from '../../src/function/expression.js';
import type { Expression } from '../../src/function/expression.js';
import { PRIMITIVE_NAMES } from '../../src/function/primitive.js';
import { rational } from '../../src/function/rational.js';

const numbers = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.constantFrom(1, 2, 3, 4, 10))
  .map(([n, d]) => f.number(n, d));
const leaves = fc.oneof(
  { weight: 4, arbitrary: fc.constant(f.x) },
  { weight: 3, arbitrary: numbers },
  { weight: 1, arbitrary: fc.constantFrom(f.pi, f.call('exp', f.one), f.sqrt(f.two)) },
);

/** Expressions of every kind of operation, some of them without any value. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaves,
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => f.add(a, b)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => f.subtract(a, b)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => f.multiply(a, b)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => (f.isNumber(b, 0) ? a : f.divide(a, b))),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => f.maximum(a, b)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => f.minimum(a, b)),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) => f.piecewise(a, b, c)),
    fc
      .tuple(tie('tree'), fc.integer({ min: -4, max: 4 }), fc.constantFrom(1, 1, 2, 3, 4, 13))
      .filter(([base]) => !f.isNumber(base, 0))
      .map(([base, n, d]) => f.power(base, rational(n, d))),
    fc.tuple(fc.constantFrom(...PRIMITIVE_NAMES), tie('tree')).map(([name, u]) => f.call(name, u)),
  ),
})).tree;

/** Places with a few binary digits. */
export const places = fc.integer({ min: -(2 ** 12), max: 2 ** 12 }).map((n) => n * 2 ** -9);
