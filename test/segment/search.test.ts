import { describe, expect, it } from 'vitest';
import { uniformMeasure } from '../../src/fit/measure.js';
import { search, type SearchOptions, type SearchResult } from '../../src/segment/search.js';
import { options as arithmetic, tanhOn } from './problems.js';

const options: SearchOptions = {
  approximand: tanhOn(4),
  target: { ulp: 1 },
  measure: uniformMeasure,
  startSegments: undefined,
  merge: true,
  guardBits: [0, 2, 4],
  arithmetic: { ...arithmetic, scaling: 'scaled' },
};

function found(changes: Partial<SearchOptions> = {}): SearchResult {
  const result = search({ ...options, ...changes });
  if (result.kind === 'unreachable') throw new TypeError(`unreachable: ${result.reason}`);
  return result;
}

const count = (changes: Partial<SearchOptions>) => found(changes).segments.length;

describe('the search', () => {
  it('covers the range, every segment within the target', () => {
    for (const merge of [true, false]) {
      for (const startSegments of [undefined, 7]) {
        const { segments } = found({ merge, startSegments });
        expect(segments[0].lo).toBe(0);
        expect(segments[segments.length - 1].hi).toBe(4 * 4096);
        segments.forEach((segment, i) => {
          expect(segment.verdict.ratio).toBeLessThanOrEqual(1);
          if (i > 0) expect(segment.lo).toBe(segments[i - 1].hi);
        });
      }
    }
  });

  it('takes fewer segments when it merges, and when it may err more', () => {
    expect(count({ merge: true })).toBeLessThan(count({ merge: false }));
    expect(count({ target: { ulp: 16 } })).toBeLessThan(count({ target: { ulp: 1 } }));
  });

  it('starts from the cells that it is asked for', () => {
    const { segments } = found({ merge: false, startSegments: 7, target: { ulp: 1e6 } });
    expect(segments.map(({ lo }) => lo)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => Math.floor((i * 16384) / 7)),
    );
  });

  it('takes the fewest segments of all guard bits, then the fewest guard bits', () => {
    const counts = [0, 2, 4].map((guard) => {
      const result = search({ ...options, merge: false, guardBits: [guard] });
      return result.kind === 'found' ? result.segments.length : Infinity;
    });
    const best = found({ merge: false });
    expect(best.segments.length).toBe(Math.min(...counts));
    expect(best.guardBits).toBe([0, 2, 4][counts.indexOf(Math.min(...counts))]);
    expect(found({ target: { ulp: 1e6 } }).guardBits).toBe(0);
  });

  it('says what came nearest where nothing meets the target', () => {
    const result = search({ ...options, target: { ulp: 0.3 } });
    expect(result).toMatchObject({ kind: 'unreachable' });
    if (result.kind === 'unreachable') expect(result.verdict.ratio).toBeGreaterThan(1);
  });
});
