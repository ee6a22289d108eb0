import { describe, expect, it } from 'vitest';
import { announcement, estimate, reasonsOf, roughly } from './reporter.js';

const fast = (path: string) => ({ path, project: 'fast' });

describe('how long tests will take', () => {
  it('is what the files took last time, shared by the cores, and no less than the longest', () => {
    const seconds = { a: 10, b: 20, c: 30 };
    expect(estimate(['a', 'b', 'c'].map(fast), seconds, 2)).toEqual({ seconds: 30, known: 3 });
    expect(estimate(['a', 'b', 'c'].map(fast), seconds, 1)).toEqual({ seconds: 60, known: 3 });
    expect(estimate(['a', 'd'].map(fast), seconds, 1)).toMatchObject({ known: 1 });
  });

  it.each([
    [0.2, 'about 1 second'],
    [75, 'about 75 seconds'],
    [90, 'about 2 minutes'],
    [640, 'about 11 minutes'],
    [9000, 'about 3 hours'],
  ])('is said roughly: %s s', (seconds, text) => expect(roughly(seconds)).toBe(text));

  it('says how it is known, and how busy the machine is', () => {
    expect(announcement({ seconds: 600, known: 140 }, 140, 1)).toBe(
      'about 10 minutes: as in their last runs here',
    );
    expect(announcement({ seconds: 600, known: 0 }, 140, 1.1)).toBe(
      'about 11 minutes: as recorded on another machine',
    );
    expect(announcement({ seconds: 600, known: 120 }, 140, 20)).toBe(
      'about 3 hours: 120 of 140 files as in their last runs here, and 20.0 times as long because the machine is busy',
    );
  });

  it('is not said of a few files that have not run here', () => {
    expect(announcement({ seconds: 7, known: 0 }, 1, 1)).toBeUndefined();
    expect(announcement({ seconds: 2, known: 1 }, 1, 1)).toBeDefined();
  });
});

it('reasons why tests were skipped are counted, the most frequent first', () => {
  expect(reasonsOf(['no gcc', 'no ghdl', undefined, 'no ghdl'])).toEqual([
    '2 skipped: no ghdl',
    '1 skipped: no gcc',
    '1 skipped: no reason given',
  ]);
});
