import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, deepFreeze, planHash } from '../../src/plan/canonical.js';
import { planOf } from './plans.js';

const plan = planOf({ function: 'tanh', format: 'Q4.4' });

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reversed(member)] as const)
      .toReversed(),
  );
}

describe('canonical JSON', () => {
  it('is JSON for the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // −0 too, which JSON.stringify makes 0.
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('does not depend on the order of keys, and leaves out what is undefined', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
    expect(canonicalJson({ b: undefined, a: [1, { z: 0, y: null }] })).toBe('{"a":[1,{"y":null,"z":0}]}');
  });
});

describe('a plan’s hash', () => {
  it('is that of the same plan read back from JSON', () => {
    expect(planHash(JSON.parse(JSON.stringify(reversed(plan))))).toBe(planHash(plan));
  });

  it('does not count the name and the provenance', () => {
    const provenance = { ...plan.provenance, command: 'another' };
    expect(planHash({ ...plan, name: 'another', provenance } as typeof plan)).toBe(planHash(plan));
  });

  it.each([
    ['a coefficient', { segments: [{ ...plan.segments[0], coefficients: [1, 2, 3, 4] }] }],
    ['the output', { output: { ...plan.output, fracBits: 5 } }],
    ['the claim', { target: { ulp: 2 } }],
    ['the function', { function: 'sigmoid' }],
    ['the final rounding', { finish: { ...plan.finish, rounding: 'floor' as const } }],
  ])('counts %s', (_, change) => {
    expect(planHash({ ...plan, ...change })).not.toBe(planHash(plan));
  });
});

describe('a plan', () => {
  it('is frozen to its last member', () => {
    const loose: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) loose.push(value);
      Object.values(value).forEach(visit);
    };
    visit(plan);
    expect(loose).toEqual([]);
    visit(deepFreeze({ a: [{ b: [1] }] }));
    expect(loose).toEqual([]);
  });
});
