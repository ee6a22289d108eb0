import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenLatency, delayOf, lastReads, pipeline, vectorOf } from '../../src/emit/hardware-pipeline.js';
import { bisected } from '../../src/emit/hardware-search.js';
import { lower } from '../../src/emit/lower.js';
import { operandsOf, type Program } from '../../src/emit/program.js';
import { widthBits } from '../../src/fixedpoint/interval.js';
import { PLANS } from '../conformance/plans.js';
import { randomPlans } from '../conformance/random-plan.js';

const programNamed = (name: string) => bisected(lower(PLANS[name]()));

/** The deepest path of a stage, counted anew. */
function depthOf(program: Program, stageOf: ReadonlyMap<unknown, number>): number {
  const settled = new Map<unknown, number>();
  for (const value of program.statements) {
    const before = operandsOf(value).map((o) =>
      stageOf.get(o) === stageOf.get(value) ? (settled.get(o) ?? 0) : 0,
    );
    settled.set(value, Math.max(0, ...before) + delayOf(value));
  }
  return Math.max(...settled.values());
}

function expectPlaced(program: Program, latency: number): void {
  const { stageOf, depth, registerBits } = pipeline(program, latency);
  for (const value of program.statements) {
    const stage = stageOf.get(value) ?? NaN;
    expect(stage).toBeGreaterThanOrEqual(0);
    expect(stage).toBeLessThan(Math.max(1, latency));
    for (const operand of operandsOf(value)) expect(stageOf.get(operand) ?? 0).toBeLessThanOrEqual(stage);
  }
  expect(stageOf.get(program.statements[0])).toBe(0);
  expect(depthOf(program, stageOf)).toBeLessThanOrEqual(depth);
  const held = [...lastReads(program, stageOf, latency)].map(([value, last]) => {
    const stage = stageOf.get(value);
    return stage === undefined ? 0 : (last - stage) * vectorOf(value.interval).bits;
  });
  expect(registerBits).toBe(held.reduce((sum, bits) => sum + bits, 0));
}

describe('a pipeline', () => {
  it.each(['point symmetric', 'normalised, scaled', 'sin Q8.8', 'silu Q32.32'])(
    'computes nothing before what it needs, and nothing deeper than it says: %s',
    (name) => {
      for (const latency of [0, 1, 2, 3, 5, 8, 30]) expectPlaced(programNamed(name), latency);
    },
  );

  it('of any plan', () => {
    fc.assert(
      fc.property(randomPlans, fc.integer({ min: 0, max: 12 }), (plan, latency) =>
        expectPlaced(bisected(lower(plan)), latency),
      ),
      { numRuns: 60 },
    );
  });

  it('is less deep with more stages, down to the deepest operation', () => {
    const program = programNamed('point symmetric');
    const depths = [1, 2, 3, 4, 6, 9, 12, 20].map((latency) => pipeline(program, latency).depth);
    expect(depths).toEqual(depths.toSorted((a, b) => b - a));
    expect(depths[1]).toBeLessThan(depths[0] * 0.65);
    const deepest = Math.max(...program.statements.map(delayOf));
    const chosen = chosenLatency(program);
    expect(pipeline(program, chosen).depth).toBe(deepest);
    expect(pipeline(program, chosen - 1).depth).toBeGreaterThan(deepest);
  });

  it('reads a memory late rather than holding what it gives', () => {
    const program = programNamed('point symmetric');
    const { stageOf } = pipeline(program, chosenLatency(program));
    const constant = program.statements.find(
      ({ operation }) => operation.kind === 'element' && operation.column.name === 'c0',
    );
    const reader = program.statements.find((value) =>
      operandsOf(value).some((operand) => operand === constant),
    );
    expect(constant && stageOf.get(constant)).toBeGreaterThan(2);
    expect(constant && stageOf.get(constant)).toBe(reader && stageOf.get(reader));
  });
});

describe('the vector of an interval', () => {
  it('holds both ends, and no narrower one does', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 70n), 2n ** 70n), fc.bigInt(0n, 2n ** 70n), (lo, size) => {
        const hi = lo + size;
        const { signed, bits } = vectorOf({ lo, hi });
        expect(signed).toBe(lo < 0n);
        expect(bits).toBe(signed ? widthBits({ lo, hi }) : Math.max(1, widthBits({ lo, hi }) - 1));
      }),
    );
  });
});
