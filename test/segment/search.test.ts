import { describe, expect, it } from 'vitest';
import { hornerFast } from '../../src/fixedpoint/horner.js';
import { sameEverywhere, uniformMeasure } from '../../src/fit/measure.js';
import { fewestSegments, type Division } from '../../src/segment/lower-bound.js';
import { search, type SearchOptions, type SearchResult } from '../../src/segment/search.js';
import { options as arithmetic, tanhOn } from './problems.js';

const options: SearchOptions = {
  approximand: tanhOn(4),
  target: { ulp: 1 },
  measure: sameEverywhere(uniformMeasure),
  polish: 'minimax',
  guardBits: [0, 2, 4, 8],
  arithmetic: { ...arithmetic, scaling: 'scaled' },
};
const DIVISIONS: readonly Division[] = ['greedy', 'dyadic', 'uniform'];

function results(division: Division, changes: Partial<SearchOptions> = {}): readonly SearchResult[] {
  const result = search({ ...options, ...changes }, division);
  if ('kind' in result) throw new TypeError(`unreachable: ${result.reason}`);
  return result;
}

const found = (division: Division, changes: Partial<SearchOptions> = {}) => results(division, changes)[0];
const count = (division: Division, changes: Partial<SearchOptions> = {}) =>
  found(division, changes).segments.length;

describe.each(DIVISIONS)('a %s division', (division) => {
  it('covers the range, every segment within the target', () => {
    for (const { segments } of results(division)) {
      expect(segments[0].lo).toBe(0);
      expect(segments[segments.length - 1].hi).toBe(4 * 4096);
      segments.forEach((segment, i) => {
        expect(segment.verdict.ratio).toBeLessThanOrEqual(1);
        if (i > 0) expect(segment.lo).toBe(segments[i - 1].hi);
      });
    }
  });

  it.each([1, 2, 3, 4])('needs hardly more segments than real numbers do: order %d', (order) => {
    for (const ulp of [1, 2]) {
      const bound = fewestSegments(
        {
          scaled: (a) => Math.tanh(a / 4096) * 4096,
          lo: 0,
          hi: 4 * 4096,
          order,
          error: ulp - 0.5,
        },
        division,
      );
      const changes = { target: { ulp }, arithmetic: { ...options.arithmetic, order } };
      expect(count(division, changes)).toBeLessThanOrEqual(1.02 * (bound ?? 0) + 1);
    }
  });

  it('takes fewer segments where it may err more', () => {
    expect(count(division, { target: { ulp: 16 } })).toBeLessThan(count(division));
  });

  it('takes the fewest guard bits with which there are as few segments as with the most', () => {
    const { segments, guardBits } = found(division);
    const withBits = (bits: number) => {
      const result = search({ ...options, guardBits: [bits] }, division);
      return 'kind' in result ? Infinity : result[0].segments.length;
    };
    expect(segments.length).toBeLessThanOrEqual(withBits(8));
    const fewer = options.guardBits.filter((bits) => bits < guardBits);
    expect(fewer.every((bits) => withBits(bits) > segments.length)).toBe(true);
    expect(found(division, { target: { ulp: 1e6 } }).guardBits).toBe(0);
  });

  it('says what came nearest where nothing meets the target', () => {
    const result = search({ ...options, target: { ulp: 0.3 } }, division);
    if (!('kind' in result)) throw new TypeError('0.3 ulp can not be reached');
    expect(result.verdict.ratio).toBeGreaterThan(1);
    expect(result.segment.lo).toBeGreaterThanOrEqual(0);
  });
});

describe('the forms of division', () => {
  it('are the freer, the fewer segments they need', () => {
    expect(count('greedy')).toBeLessThan(count('dyadic'));
    expect(count('dyadic')).toBeLessThan(count('uniform'));
  });

  it('uniform: all segments are equal powers of two', () => {
    const { segments } = found('uniform');
    const widths = new Set(segments.map(({ lo, hi }) => hi - lo));
    expect(widths.size).toBe(1);
    expect(Number.isInteger(Math.log2([...widths][0]))).toBe(true);
  });

  it('uniform: an argument at which the result is exact does not move the origin from the middle', () => {
    const [{ segments, arithmetic: shape }] = results('uniform', { exact: [0] });
    for (const { lo, hi, origin } of segments) expect(origin).toBe((lo + hi) / 2);
    const [{ coefficients, origin }] = segments;
    expect(hornerFast(coefficients, shape.steps, 0 - origin)).toBe(0);
  });

  it('dyadic: each segment is a power of two at a multiple of itself', () => {
    found('dyadic').segments.forEach(({ lo, hi }) => {
      expect(Number.isInteger(Math.log2(hi - lo))).toBe(true);
      expect(lo % (hi - lo)).toBe(0);
    });
  });

  it('greedy: coarser cells cost more segments, and their bounds are multiples of the cell', () => {
    const all = results('greedy');
    const cells = all.map(({ segments }) => Math.min(...segments.slice(1).map(({ lo }) => lo & -lo)));
    expect(all.length).toBeGreaterThan(1);
    all.forEach(({ segments }, i) => {
      if (i > 0) expect(segments.length).toBeGreaterThanOrEqual(all[i - 1].segments.length);
    });
    expect(Math.max(...cells)).toBeGreaterThan(32);
  });

  it('a range of three times a power of two is also divided into equal parts of three times one', () => {
    const approximand = tanhOn(3);
    const widths = results('uniform', { approximand }).map(({ segments }) => segments[0].hi - segments[0].lo);
    expect(widths.map((width) => width / 2 ** Math.floor(Math.log2(width))).toSorted()).toEqual([1, 1.5]);
    expect((3 * 4096) % Math.max(...widths)).toBe(0);
  });

  it('segments begin where the function has a kink', () => {
    const kink = 1000;
    const approximand = {
      ...tanhOn(4),
      evaluate: (a: number) => Math.abs(a - kink) / 4096,
      breaks: [kink],
    };
    const { segments } = found('greedy', { approximand, target: { ulp: 1 } });
    expect(segments.map(({ lo }) => lo)).toEqual([0, kink]);
  });

  it('starts from the cells that it is asked for', () => {
    const { segments } = found('dyadic', { startSegments: 7, target: { ulp: 1e6 } });
    expect(segments.map(({ lo }) => lo)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => Math.floor((i * 16384) / 7)),
    );
  });
});
