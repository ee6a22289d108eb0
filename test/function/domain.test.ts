import { describe, expect, it } from 'vitest';
import { findFunction, FUNCTIONS } from '../../src/function/catalogue.js';
import { fromNumber } from '../../src/function/dyadic.js';
import { isInside } from './samples.js';

/** `(-Infinity, 0) [1, 2]` */
function text(name: string): string {
  return findFunction(name)
    .domain.map(
      ({ from, to, fromIncluded, toIncluded }) =>
        `${fromIncluded ? '[' : '('}${from}, ${to}${toIncluded ? ']' : ')'}`,
    )
    .join(' ');
}

const LINE = '(-Infinity, Infinity)';

describe('the domain of', () => {
  it.each([
    ['tanh', LINE],
    ['mish', LINE],
    ['log2', '(0, Infinity)'],
    ['log1p', '(-1, Infinity)'],
    ['sqrt', '[0, Infinity)'],
    ['rsqrt', '(0, Infinity)'],
    ['asin', '[-1, 1]'],
    ['acosh', '[1, Infinity)'],
    ['atanh', '(-1, 1)'],
    ['logit', '(0, 1)'],
    ['reciprocal', '(-Infinity, 0) (0, Infinity)'],
    ['sqrt(1-x^2)', '[-1, 1]'],
    ['sqrt(x^2-4)', '(-Infinity, -2] [2, Infinity)'],
    ['1/sqrt(x^2-4)', '(-Infinity, -2) (2, Infinity)'],
    ['log(x^2)', '(-Infinity, 0) (0, Infinity)'],
    ['log(log(x))', '(1, Infinity)'],
    ['acos(x/3)', '[-3, 3]'],
    ['sqrt(x/3-1/3)', '[1, Infinity)'],
    ['1/(x^3-x)', '(-Infinity, -1) (-1, 0) (0, 1) (1, Infinity)'],
    ['sqrt(x)*sqrt(4-x)', '[0, 4]'],
    ['x < 1 ? sqrt(x) : 1/(x-3)', '[0, 3) (3, Infinity)'],
    ['1/(exp(x)-1)', '(-Infinity, 0) (0, Infinity)'],
    ['1/(1+x^2)', LINE],
    ['1/(2+sin(x))', LINE],
    ['sqrt(abs(x))', LINE],
    ['x^x', '(0, Infinity)'],
  ])('%s', (name, domain) => {
    expect(text(name)).toBe(domain);
  });

  it('has irrational ends as the doubles next to them', () => {
    const [low, high] = findFunction('sqrt(x^2-2)').domain;
    expect(low.to).toBeCloseTo(-Math.SQRT2, 14);
    expect(high.from).toBeCloseTo(Math.SQRT2, 14);
    const poles = findFunction('1/(exp(x)-x-2)')
      .domain.slice(1)
      .map(({ from }) => from);
    expect(poles).toHaveLength(2);
    for (const pole of poles) expect(Math.abs(Math.exp(pole) - pole - 2)).toBeLessThan(1e-13);
  });

  it('has double roots, which no sign tells', () => {
    const poles = findFunction('1/(x^4-4*x^2+4)')
      .domain.slice(1)
      .map(({ from }) => from);
    expect(poles).toHaveLength(2);
    expect(Math.abs(poles[0] + Math.SQRT2)).toBeLessThan(2 ** -43);
    expect(Math.abs(poles[1] - Math.SQRT2)).toBeLessThan(2 ** -43);
  });

  it('is searched as far as it takes, and refused where that is not far', () => {
    expect(findFunction('tan(x^2)').domain.length).toBeGreaterThan(100);
    expect(() => findFunction('1/sin(1/x)')).toThrowError(/can't be decided where .* near x = /);
  });

  it('has the poles of tan up to 256', () => {
    const { domain } = findFunction('tan');
    const poles = domain.slice(1).map(({ from }) => from);
    expect(poles).toHaveLength(162);
    poles.forEach((pole, i) => expect(pole).toBeCloseTo((i - 81 + 0.5) * Math.PI, 12));
    expect(findFunction('tan(pi*x)').domain[256]).toMatchObject({ from: -0.5, to: 0.5, toIncluded: false });
  });

  it('holds where there is a value, and only there', () => {
    for (const { name, domain, exact } of [
      ...FUNCTIONS,
      ...['log(sin(x))', 'sqrt(x^3-3*x+1)'].map((e) => findFunction(e)),
    ]) {
      for (let i = -400; i <= 400; i++) {
        const x = i / 64;
        expect(exact(fromNumber(x), 40) !== undefined, `${name} at ${x}`).toBe(isInside(domain, x));
      }
    }
  });
});

describe('the breaks of', () => {
  it.each([
    ['tanh', []],
    ['abs', [0]],
    ['elu', [0]],
    ['hard-sigmoid', [-3, 3]],
    ['relu6', [0, 6]],
    ['cbrt', [0]],
    ['sqrt', []],
    ['abs(x^2-4)', [-2, 2]],
    ['max(x, 2-x)', [1]],
    ['sqrt(x^2)', [0]],
    ['x < 3 ? x^2 : 6*x-9', [3]],
    ['abs(x)^2 + abs(x-1)', [0, 1]],
    // Both branches are the same function there.
    ['max(sin(x)^2, 0)', undefined],
  ])('%s', (name, breaks) => {
    if (breaks) expect(findFunction(name).breaks).toEqual(breaks);
    else expect(findFunction(name).breaks.every((x) => Math.abs(Math.sin(x)) < 1e-9)).toBe(true);
  });
});

describe('outside the domain', () => {
  it.each([
    ['log2', -1, -Infinity],
    ['log2', 0, -Infinity],
    ['rsqrt', 0, Infinity],
    ['rsqrt', -7, Infinity],
    ['reciprocal', 0, Infinity],
    ['asin', 2, Math.PI / 2],
    ['asin', -2, -Math.PI / 2],
    ['acos', -3, Math.PI],
    ['sqrt', -1, 0],
    ['logit', 1, Infinity],
    ['logit', 0, -Infinity],
    ['atanh', 1.5, Infinity],
    ['sinc', 0, 1],
    ['x*log(x)', 0, 0],
    ['1/x^2', 0, Infinity],
    ['log(-log(x))', 0, Infinity],
  ])('%s at %d gives the limit %d', (name, x, limit) => {
    const value = findFunction(name).outside(x);
    if (Number.isFinite(limit)) expect(value).toBeCloseTo(limit, 8);
    else expect(value).toBe(limit);
  });
});

describe('a function that', () => {
  it.each([
    ['has no value anywhere', 'log(-1-x^2)', 'nowhere-defined'],
    ['has no value anywhere, by two conditions', 'sqrt(x-1)*sqrt(-x)', 'nowhere-defined'],
    ['does not depend on x', '2*pi', 'constant-function'],
  ])('%s is refused', (_, name, code) => {
    expect(() => findFunction(name)).toThrowError(
      expect.objectContaining({ diagnostic: expect.objectContaining({ code }) }),
    );
  });
});
