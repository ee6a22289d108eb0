import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { joinsOf } from '../../src/verify/properties.js';
import { brokenShape, widestMeeting } from '../../src/verify/shape.js';
import { verify } from '../../src/verify/verify.js';

const proposed = (spec: KernelSpec): KernelPlan => propose(resolveSpec(spec)).plan;

/** The plan with the last coefficient of all its polynomials raised by whole ulps: they still meet each other. */
function raised(plan: KernelPlan, ulps: number): KernelPlan {
  const units = ulps * 2 ** plan.guardBits;
  const segments = plan.segments.map((segment) => ({
    ...segment,
    coefficients: segment.coefficients.map((c, i, all) => (i === all.length - 1 ? Number(c) + units : c)),
  }));
  return completePlan({ ...plan, target: { ulp: 100 }, segments });
}

const NOTHING_AGAINST = { against: 0, firstAgainst: null };

describe('joins of a periodic kernel', () => {
  it.each([
    // Inputs of [-8, 8) pass all quadrants, of which two changes are to the other sign, at sin 0.
    { function: 'sin', format: 'Q4.12', changes: 4, sign: Math.PI },
    { function: 'cos', format: 'Q4.12', changes: 4, sign: Math.PI / 2 },
    // Of [0, 4) only the first three: from one to the next, and to the other sign.
    { function: 'sin', input: 'UQ2.12', output: 'Q2.12', changes: 2, sign: Math.PI },
  ] as const)('are those of its quadrants as well: %j', async ({ changes, sign, ...spec }) => {
    const definition = findFunction(spec.function);
    const plan = { ...proposed({ ...spec, range: [0, 3.9] }), shape: { continuous: 1 } };
    expect(plan.reduce.kind).toBe('periodic');
    expect(joinsOf(plan, definition).joins).toBe(plan.segments.length - 1 + changes);
    expect(joinsOf(plan, definition).widestUlp).toBeLessThanOrEqual(1);
    expect(brokenShape(plan, definition, NOTHING_AGAINST)).toBeUndefined();
    const mutant = raised(plan, 3);
    expect(joinsOf(mutant, definition)).toMatchObject({ widestUlp: 6, at: 0 });
    expect(widestMeeting(mutant, definition)).toEqual({ ulp: 6, argument: 0n });
    // That is what neighbouring inputs show, whose outputs without the mutation are a unit apart.
    const last = BigInt(Math.floor(sign * 2 ** 12));
    expect(interpret(mutant, last) - interpret(mutant, last + 1n)).toBe(
      interpret(plan, last) - interpret(plan, last + 1n) + 6n,
    );
    const { met, broken, certificate } = await verify(mutant);
    expect(met).toBe(false);
    expect(broken).toBe('two pieces meet 6 ulp apart, at the reduced argument 0; asked were 1');
    expect(certificate.joins).toMatchObject({ widestUlp: 6, at: 0 });
  });

  it('are asked to be continuous only where the range passes them', () => {
    const plan = proposed({ function: 'sin', format: 'Q4.12', range: [0, 2] });
    const mutant = raised(plan, 3);
    expect(widestMeeting(mutant, findFunction('sin')).ulp).toBeLessThanOrEqual(1);
    expect(joinsOf(mutant, findFunction('sin')).widestUlp).toBe(6);
  });

  it('are none at a pole, where the function has nothing to meet', () => {
    const plan = proposed({ function: 'tan', input: 'Q4.10', output: 'Q8.8', range: [-1, 1], ulp: 3 });
    expect(plan.reduce.kind).toBe('periodic');
    // Of two changes only the one at a zero of the tangent.
    expect(joinsOf(plan, findFunction('tan')).joins).toBe(plan.segments.length - 1 + 1);
  });

  it('meet where that is asked for, though they do not by themselves', () => {
    const spec = { function: 'cos', format: 'Q4.12', order: 2, ulp: 4, range: [0, 3] } as const;
    const definition = findFunction('cos');
    expect(widestMeeting(proposed(spec), definition)).toMatchObject({ argument: 0n });
    expect(widestMeeting(proposed(spec), definition).ulp).toBeGreaterThan(1);
    expect(widestMeeting(proposed({ ...spec, continuous: 1 }), definition).ulp).toBeLessThanOrEqual(1);
  });
});
