import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTargets, TARGETS } from '../../src/emit/targets.js';
import { identifierOfText } from '../../src/function/identifier.js';
import { parseExpression } from '../../src/function/parse.js';
import { resolveSpec } from '../../src/spec.js';
import { PLANS } from '../conformance/plans.js';

/** Texts of few kinds of tokens, so that many read alike. */
const texts: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom('x', 'x', '1', '2', '.5', '1e3', '1e-3', 'e'),
    fc
      .tuple(tie('text'), fc.constantFrom('+', '-', '*', '/', '^', ' * '), tie('text'))
      .map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('tanh', 'log', 'sigmoid', 'log_sigmoid', 'hard_tanh', 'exp'), tie('text'))
      .map(([name, inner]) => `${name}(${inner})`),
    tie('text').map((inner) => `(${inner})`),
    tie('text').map((inner) => `-${inner}`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `max(${a},${b})`),
  ),
})).text;

describe('the name of an expression', () => {
  it.each([
    ['x*tanh(log1p(exp(x)))', 'x_tanh_log1p_exp_x'],
    [' x * tanh( log1p( exp( x ) ) ) ', 'x_tanh_log1p_exp_x'],
    ['x^2', 'x_pow_2'],
    ['x**2', 'x_pow_2'],
    ['1/x', 'f_1_over_x'],
    ['x-1', 'x_minus_1'],
    ['-x', 'minus_x'],
    ['.5*x', 'p5_x'],
    ['1e-3*x', 'f_1em3_x'],
    ['log(sigmoid(x))', 'log_sigmoid_x'],
    ['log_sigmoid(x)', 'logsigmoid_x'],
    ['d x*tanh(x)', 'd_x_tanh_x'],
    ['x<0 ? 0 : x', 'x_less_0_then_0_else_x'],
  ])('%s is %s', (text, name) => {
    expect(identifierOfText(text)).toBe(name);
  });

  it('ends with a hash where parentheses end before the end, or where it was shortened', () => {
    expect(identifierOfText('tanh(x)*x')).toMatch(/^tanh_x_x_[0-9a-f]{6}$/);
    expect(identifierOfText('x*(x+1)')).toMatch(/^x_x_plus_1_[0-9a-f]{6}$/);
    expect(identifierOfText('x+'.repeat(50) + 'x')).toMatch(/^x(_plus_x)*(_plus)?_[0-9a-f]{6}$/);
  });

  it('is one of its own for every expression, and the same every time', () => {
    const found = new Map<string, string>();
    for (const text of fc.sample(texts, { numRuns: 20_000, seed: 1 })) {
      const plain = text.replaceAll(' ', '');
      const name = identifierOfText(text);
      expect(identifierOfText(plain)).toBe(name);
      expect({ name, plain }).toEqual({ name, plain: found.get(name) ?? plain });
      found.set(name, plain);
    }
    expect(found.size).toBeGreaterThan(2000);
  });

  it('is short, and a kernel can have it in every language', () => {
    const plan = PLANS['8 bits, 32-bit products']();
    for (const text of fc.sample(texts, { numRuns: 300, seed: 2 })) {
      const name = `${identifierOfText(text)}_uq32_32_uq16_48`;
      expect(name).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/);
      expect(name.length).toBeLessThanOrEqual(64);
      checkTargets(
        { ...plan, name },
        TARGETS.map((target) => target.name),
      );
    }
  });

  it('is what its kernel is called', () => {
    expect(() => parseExpression('x*tanh(log1p(exp(x)))')).not.toThrow();
    const names = ['x*tanh(log1p(exp(x)))', 'd tanh', 'd x*tanh(x)'].map(
      (text) => resolveSpec({ function: text, format: 'Q4.12' }).name,
    );
    expect(names).toEqual(['x_tanh_log1p_exp_x_q4_12', 'd_tanh_q4_12', 'd_x_tanh_x_q4_12']);
  });
});
