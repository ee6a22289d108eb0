import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_STATS, mergeStats, type ErrorStats } from '../../src/verify/stats.js';
import { combineCrc32, crc32Of } from '../../src/verify/crc32.js';

interface Outcome {
  readonly ulp: number;
  readonly undefined: boolean;
  readonly output: number;
}

/** The first of the outputs that come first in an order, and its input. */
function extreme(
  outcomes: readonly { readonly output: number; readonly x: number }[],
  order: (a: number, b: number) => number,
): ErrorStats['least'] {
  const [first] = outcomes.toSorted((a, b) => order(a.output, b.output) || a.x - b.x);
  return first === undefined ? null : { output: first.output, input: first.x };
}

/** Stats of consecutive inputs, gathered one by one. */
function gather(first: number, outcomes: readonly Outcome[]): ErrorStats {
  const defined = outcomes.map((o, i) => ({ ...o, x: first + i })).filter((o) => !o.undefined);
  const maxUlp = Math.max(0, ...defined.map(({ ulp }) => ulp));
  return {
    inputs: defined.length,
    undefinedInputs: outcomes.length - defined.length,
    maxUlp,
    worstInput: defined.find(({ ulp }) => ulp === maxUlp)?.x ?? null,
    totalUnits: String(defined.reduce((sum, { ulp }) => sum + ulp * 2 ** 20, 0)),
    histogram: [0, 0.25, 0.5, 1, 2].map(
      (edge, i, edges) => defined.filter(({ ulp }) => ulp >= edge && ulp < (edges[i + 1] ?? Infinity)).length,
    ),
    against: defined.filter(({ output }) => output < 0).length,
    firstAgainst: defined.find(({ output }) => output < 0)?.x ?? null,
    undirected: defined.filter(({ output }) => output % 3 === 0).length,
    least: extreme(defined, (a, b) => a - b),
    most: extreme(defined, (a, b) => b - a),
    maxRelative: maxUlp / 2,
    correctlyRounded: defined.filter(({ ulp }) => ulp <= 0.5).length,
    faithful: defined.filter(({ ulp }) => ulp < 1).length,
    decidedExactly: 0,
    crc32: crc32Of(new Uint8Array(Int32Array.from(outcomes, ({ output }) => output).buffer)),
  };
}

// Few different errors, so that ties are common.
const outcomes = fc.array(
  fc.record({ ulp: fc.constantFrom(0, 0.25, 0.5, 1), undefined: fc.boolean(), output: fc.integer() }),
  { maxLength: 12 },
);

describe('merged stats', () => {
  it('of neighbours are those of both together', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), outcomes, outcomes, (first, a, b) => {
        const merged = mergeStats(gather(first, a), gather(first + a.length, b));
        expect(merged).toEqual(gather(first, [...a, ...b]));
      }),
    );
  });

  it('are the same however neighbours are grouped', () => {
    fc.assert(
      fc.property(outcomes, outcomes, outcomes, (a, b, c) => {
        const [p, q, r] = [gather(0, a), gather(a.length, b), gather(a.length + b.length, c)];
        expect(mergeStats(mergeStats(p, q), r)).toEqual(mergeStats(p, mergeStats(q, r)));
      }),
    );
  });

  it('leave what is merged with nothing as it is', () => {
    fc.assert(
      fc.property(outcomes, (a) => {
        const stats = gather(5, a);
        expect(mergeStats(EMPTY_STATS, stats)).toEqual(stats);
        expect(mergeStats(stats, EMPTY_STATS)).toEqual(stats);
      }),
    );
  });

  it('give ties to the lower input, and to an input that was run over none', () => {
    const at = (x: number, ulp: number) => gather(x, [{ ulp, undefined: false, output: 0 }]);
    expect(mergeStats(at(3, 1), at(9, 1)).worstInput).toBe(3);
    expect(mergeStats(at(3, 0.5), at(9, 1)).worstInput).toBe(9);
    const undefinedOnly = gather(0, [{ ulp: 0, undefined: true, output: 7 }]);
    expect(mergeStats(undefinedOnly, at(4, 0)).worstInput).toBe(4);
  });

  it('depend on the order of the outputs', () => {
    const [a, b] = [1, 2].map((output) => gather(0, [{ ulp: 0, undefined: false, output }]));
    expect(mergeStats(a, b).crc32).not.toBe(mergeStats(b, a).crc32);
    expect(mergeStats(a, b).crc32).toBe(combineCrc32(a.crc32, b.crc32, 4));
  });
});
