import * as fc from 'fast-check';
import { create, all } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { findFunction } from '../../src/function/catalogue.js';
import { compileExpression } from '../../src/function/compile.js';
import { isSame } from '../../src/function/expression.js';
import { parseExpression } from '../../src/function/parse.js';
import { printExpression } from '../../src/function/print.js';
import { ENTRIES } from '../../src/function/entries.js';
import { expressions } from './random-expression.js';

function refusal(
  text: string,
  find: (text: string) => unknown = parseExpression,
): ApproxgenError['diagnostic'] {
  try {
    find(text);
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic;
    throw error;
  }
  throw new TypeError(`${text} was read`);
}

describe('reading an expression', () => {
  const mathjs = create(all);
  const atoms = fc.constantFrom('x', 'x', 'x', '2', '3', '0.5', '1e1', 'pi', 'e', '.25', '10.');
  // Without powers of negative numbers, whose conditions are complex in mathjs and undefined here.
  const conditions = fc.constantFrom('x', '2*x-1', 'x^2', '0.5', '-x', 'pi', 'sin(x)');
  const texts = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      atoms,
      fc
        .tuple(tie('text'), fc.constantFrom('+', '-', '*', '/', '^', ' + ', ' - ', ' * ', ' / '), tie('text'))
        .map((parts) => parts.join('')),
      tie('text').map((text) => `(${text})`),
      tie('text').map((text) => `-${text}`),
      fc
        .tuple(
          fc.constantFrom('sin', 'cos', 'tanh', 'exp', 'log', 'sqrt', 'abs', 'log1p', 'log2'),
          tie('text'),
        )
        .map(([name, text]) => `${name}(${text})`),
      fc
        .tuple(fc.constantFrom('max', 'min', 'pow', 'log'), tie('text'), tie('text'))
        .map(([name, a, b]) => `${name}(${a}, ${b})`),
      fc
        .tuple(conditions, fc.constantFrom('<', '<=', '>', '>='), conditions, tie('text'), tie('text'))
        .map(([a, sign, b, c, d]) => `(${a} ${sign} ${b} ? ${c} : ${d})`),
    ),
  })).text;

  it.each(['x + 2^(10^10)', 'x + 0.5^(-1e9)', 'x + 3^(1e15)'])(
    '%s has no value, and takes no time',
    (text) => {
      expect(compileExpression(parseExpression(text))(0.5)).toBeNaN();
    },
  );

  it('binds and means the same as in mathjs', () => {
    let compared = 0;
    const differing: string[] = [];
    fc.assert(
      fc.property(texts, fc.constantFrom(0.5, 1.25, 2, -0.75), (text, x) => {
        let expected: unknown;
        try {
          expected = mathjs.evaluate(text, { x });
        } catch {
          return; // complex numbers have no order
        }
        if (typeof expected !== 'number' || !Number.isFinite(expected) || Math.abs(expected) > 1e5) return;
        let actual: number;
        try {
          actual = compileExpression(parseExpression(text))(x);
        } catch (error) {
          expect(error).toBeInstanceOf(ApproxgenError);
          expect((error as ApproxgenError).diagnostic.message).toMatch(
            /division by zero|more than 65536 bits/,
          );
          return;
        }
        // Real numbers only: roots and logarithms of negative numbers have no value here.
        if (Number.isNaN(actual)) return;
        compared++;
        const isNear = Math.abs(actual - expected) <= 1e-8 * Math.max(1, Math.abs(expected));
        if (!isNear) differing.push(text);
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(800);
    // Doubles differ where everything cancels (sin of e^30); a wrong precedence differs in a tenth of all.
    expect(differing.length, differing.join('\n')).toBeLessThan(compared / 100);
  });

  it('undoes printing', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const text = printExpression(expression);
        expect(isSame(parseExpression(text), expression), text).toBe(true);
      }),
      { numRuns: 2000 },
    );
    for (const { expression } of ENTRIES) {
      expect(isSame(parseExpression(printExpression(expression)), expression)).toBe(true);
    }
  });

  it('keeps decimal numbers exactly', () => {
    expect(parseExpression('0.044715')).toMatchObject({ value: { numerator: 8943n, denominator: 200000n } });
    expect(parseExpression('3.14159265358979323846264338')).toMatchObject({
      value: { numerator: 157079632679489661923132169n, denominator: 50000000000000000000000000n },
    });
    expect(parseExpression('1.5e-3')).toMatchObject({ value: { numerator: 3n, denominator: 2000n } });
    expect(parseExpression('2^-3')).toMatchObject({ value: { numerator: 1n, denominator: 8n } });
  });

  it.each([
    ['1/(1+exp(-x))', 'sigmoid(x)'],
    ['1/(exp(x)+1)', 'sigmoid(-x)'],
    ['exp(2*x)/(1+exp(2*x))', 'sigmoid(2*x)'],
    ['log(1+exp(x))', 'softplus(x)'],
    ['exp(x)-1', 'expm1(x)'],
    ['log(1+x^2)', 'log1p(x^2)'],
    ['1-erf(x)', 'erfc(x)'],
    ['0.5*x*(1+erf(x/sqrt(2)))', '0.5*(x*erfc(-(x/sqrt(2))))'],
    ['(1+tanh(x))/2', 'sigmoid(2*x)'],
    ['sqrt(x)^2', 'sqrt(x)^2'],
    ['2*3*x/6', 'x'],
    ['ln(x)', 'log(x)'],
    ['x ** 2', 'x^2'],
    ['pi - pi + x', 'x'],
    ['(pi >= pi ? 10 : 2)*x', '(0 < 0 ? 2 : 10)*x'],
  ])('%s becomes %s', (text, printed) => {
    expect(printExpression(parseExpression(text))).toBe(printed);
  });

  it.each([
    ['', 1, /found the end/],
    ['x +', 4, /found the end/],
    ['x + * 2', 5, /found \*/],
    ['tanh(x', 7, /expected \)/],
    ['tanh(x))', 8, /found \)/],
    ['2x', 2, /expected an operator before x/],
    ['x(x+1)', 1, /x is not a function/],
    ['(x)(x)', 4, /expected an operator/],
    ['x + foo', 5, /foo is not known/],
    ['x * tahn(x)', 5, /tahn is not a function/],
    ['tanh', 1, /tanh needs an argument/],
    ['tanh(x, 2)', 1, /tanh takes 1 argument, not 2/],
    ['clamp(x)', 1, /clamp takes 3 arguments, not 1/],
    ['x/0', 2, /division by zero/],
    ['log(x, 1)', 1, /division by zero/],
    ['0^-1', 2, /division by zero/],
    ['x < 1', 3, /only of use as condition/],
    ['x $ 2', 3, /"\$" has no meaning/],
    ['x; y', 2, /";" has no meaning/],
    ['"x"', 1, /has no meaning/],
    ['x = 2', 3, /has no meaning/],
    ['[1, x]', 1, /has no meaning/],
    ['1e9999', 1, /too large/],
    ['x ? 1 : 2', 3, /found \?/],
    ['(x < 1 ? 2)', 11, /expected :/],
    ['x.constructor', 2, /has no meaning/],
    ['constructor(x)', 1, /constructor is not a function/],
  ])('%s is refused at column %d', (text, column, message) => {
    const diagnostic = refusal(text);
    expect(diagnostic).toMatchObject({ code: 'bad-expression', path: '--expr' });
    expect(diagnostic.message).toContain(`at column ${column}:`);
    expect(diagnostic.message).toMatch(message);
  });

  it('guesses what was meant', () => {
    expect(refusal('x * tahn(x)').hint).toBe('did you mean tanh?');
    expect(refusal('2*pie').hint).toBe('did you mean pi?');
    expect(refusal('silv(x) + 1', findFunction).hint).toBe('did you mean silu?');
    expect(refusal('2x').hint).toContain('2*x');
  });

  it('does not run out of anything', () => {
    expect(refusal('('.repeat(2000) + 'x' + ')'.repeat(2000)).message).toMatch(/nested more than/);
    expect(refusal('-'.repeat(2000) + 'x').message).toMatch(/nested more than/);
    expect(refusal('x+'.repeat(4000) + 'x').message).toMatch(/characters/);
    const sum = parseExpression(Array(1000).fill('x').join('+'));
    expect(compileExpression(sum)(2)).toBe(2000);
  });

  it('lets functions of the catalogue be called', () => {
    const { evaluate, identifier, name } = findFunction('hard_sigmoid(2*x) + gelu(x)');
    expect(evaluate(0)).toBe(0.5);
    expect([identifier, name]).toEqual(['hardsigmoid_2_x_plus_gelu_3568f2', 'hard_sigmoid(2*x) + gelu(x)']);
  });
});
