import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { findFunction, FUNCTIONS } from '../../src/function/catalogue.js';

function refusal(name: string): ApproxgenError {
  try {
    findFunction(name, '--fn');
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
  }
  throw new TypeError(`${name} was found`);
}

describe('the catalogue', () => {
  it('finds each function by its own name, and no two share one', () => {
    const names = FUNCTIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.map((name) => findFunction(name).name)).toEqual(names);
    expect(names).toEqual(expect.arrayContaining(['tanh', 'sigmoid', 'rsqrt', 'exp', 'log2']));
  });

  it('can not be changed by a user of it', () => {
    expect(Object.isFrozen(FUNCTIONS) && FUNCTIONS.every(Object.isFrozen)).toBe(true);
  });

  it.each([
    ['tahn', 'tanh'],
    ['TANH', 'tanh'],
    ['sigmod', 'sigmoid'],
    ['logg2', 'log2'],
    ['rsqr', 'rsqrt'],
  ])('asks for %s whether %s was meant', (name, meant) => {
    const { diagnostic, exitStatus } = refusal(name);
    expect(exitStatus).toBe(2);
    expect(diagnostic).toMatchObject({ code: 'unknown-function', path: '--fn' });
    expect(diagnostic.message).toContain(`"${name}"`);
    expect(diagnostic.hint).toContain(`did you mean ${meant}?`);
  });

  it.each(['besselj0', '', 'constructor', 'toString'])(
    'has no guess for %j, but names all there are',
    (name) => {
      const { diagnostic } = refusal(name);
      expect(diagnostic.choices).toEqual(FUNCTIONS.map(({ name: known }) => known));
      if (name.length > 5) expect(diagnostic.hint).not.toContain('did you mean');
    },
  );
});
