import { describe, expect, test } from 'vitest';
import { interleaved, measured, median, timing } from '../../bench/statistics.js';

describe('statistics', () => {
  test('the median of an odd and of an even number of values, in any order', () => {
    expect(median([10, 1, 9])).toBe(9);
    expect(median([10, 1, 9, 2])).toBe(5.5);
  });

  test('a timing holds the median and the least, and leaves its values as they were', () => {
    const values = [3, 1, 2];
    expect(timing(values)).toEqual({ median: 2, minimum: 1 });
    expect(values).toEqual([3, 1, 2]);
  });

  test('contestants take turns, and rounds before the clock starts are not counted', async () => {
    const calls: string[] = [];
    const times = { a: [100, 100, 1, 2, 6], b: [0, 0, 5, 3, 4] };
    const next = (name: 'a' | 'b') => () => {
      calls.push(name);
      return times[name].shift()!;
    };
    const result = await interleaved([next('a'), async () => next('b')()], 3, 2);
    expect(calls.join('')).toBe('ababababab');
    expect(result).toEqual([
      { median: 2, minimum: 1 },
      { median: 4, minimum: 3 },
    ]);
  });

  test('measured gives seconds', async () => {
    const seconds = await measured(() => {
      const end = performance.now() + 20;
      while (performance.now() < end);
    })();
    expect(seconds).toBeGreaterThanOrEqual(0.02);
    // Seconds, not milliseconds: of those there would be 20 at least, however busy the machine is.
    expect(seconds).toBeLessThan(20);
  });
});
