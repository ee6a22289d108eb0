import { describe, expect, it } from 'vitest';
import { createProgress, lineOf, type Clock, type Standing } from '../src/progress.js';

const PROOF: Standing = {
  label: 'proving tanh_q8_24',
  done: 1.2e9,
  total: 2 ** 32,
  seconds: 4,
  details: ['300 M inputs/s', '300 M/s'],
};
const SEARCH: Standing = {
  ...PROOF,
  label: 'searching tanh_q8_24',
  total: undefined,
  details: ['12 polynomials tried', '12 tried'],
};

describe('a line of progress', () => {
  it.each(Array.from({ length: 181 }, (_, i) => i + 20))('fits a terminal of %i columns', (columns) => {
    for (const standing of [PROOF, SEARCH, { ...PROOF, label: 'x'.repeat(90) }, { ...PROOF, done: 0 }]) {
      expect(lineOf(standing, columns).length).toBeLessThan(columns);
    }
  });

  it('says in 60 columns how much is done, how quickly, and how long it will take', () => {
    expect(lineOf(PROOF, 60)).toBe('proving tanh_q8_24  ██░░░░  27 %  300 M inputs/s  11 s left');
    expect(lineOf(PROOF, 53)).toBe('proving tanh_q8_24  ██░░░░  27 %  300 M/s  11 s left');
    expect(lineOf(PROOF, 50)).toBe('proving tanh_q8_24  27 %  300 M/s  11 s left');
    expect(lineOf(SEARCH, 60)).toBe('searching tanh_q8_24  12 polynomials tried  4 s so far');
    const slow = { ...PROOF, label: 'proving tanh_q4_12_q1_15', seconds: 30 };
    expect(lineOf(slow, 60)).toBe('proving tanh_q4_12_q1_15  27 %  300 M/s  1 min 18 s left');
  });

  it('degrades below: what is left stays longest', () => {
    expect(lineOf(PROOF, 42)).toBe('proving tanh_q8_24  27 %  11 s left');
    expect(lineOf(PROOF, 30)).toBe('proving tanh_q8_24  27 %');
    expect(lineOf(PROOF, 20)).toBe('proving tanh…  27 %');
    expect(lineOf(SEARCH, 45)).toBe('searching tanh_q8_24  12 tried  4 s so far');
  });

  it('never says that nothing is left before the end', () => {
    expect(lineOf({ ...PROOF, done: 2 ** 32 - 1 }, undefined)).toBe(
      'proving tanh_q8_24: 99 %, 300 M inputs/s, 1 s left',
    );
  });
});

/** A stream and a clock that goes on as the test says. */
function setting(isTTY: boolean) {
  const written: string[] = [];
  let milliseconds = 0;
  let action: (() => void) | undefined;
  const clock: Clock = {
    now: () => milliseconds,
    every(_, what) {
      action = what;
      return () => (action = undefined);
    },
  };
  const progress = createProgress({ isTTY, columns: 60, write: (text) => written.push(text) }, clock);
  /** Time in which this thread is free. */
  const pass = (seconds: number): void => {
    for (let i = 0; i < 10 * seconds; i++) {
      milliseconds += 100;
      action?.();
    }
  };
  return { written, progress, pass, skip: (seconds: number) => (milliseconds += 1000 * seconds) };
}

describe('progress where there is no terminal', () => {
  it('is a line after a second, and then one every ten', () => {
    const { written, progress, pass } = setting(false);
    progress.begin('proving k');
    pass(0.9);
    expect(written).toEqual([]);
    pass(25);
    expect(written).toEqual([
      'proving k: 1 s so far\n',
      'proving k: 11 s so far\n',
      'proving k: 21 s so far\n',
    ]);
    progress.stop();
    pass(20);
    expect(written).toHaveLength(3);
  });

  it('comes from what holds the thread, too', () => {
    const { written, progress, skip } = setting(false);
    progress.begin('searching k', (done) => [`${done} polynomials tried`]);
    for (let i = 1; i <= 30; i++) {
      skip(0.1);
      progress.update(i);
    }
    expect(written).toEqual(['searching k: 10 polynomials tried, 1 s so far\n']);
  });

  it('tells of what begins anew before ten seconds are over, and of nothing that is over in a second', () => {
    const { written, progress, pass } = setting(false);
    progress.begin('searching k');
    pass(1.5);
    progress.begin('proving k');
    pass(4);
    progress.begin('printing k');
    pass(0.5);
    progress.stop();
    expect(written).toEqual([
      'searching k: 1 s so far\n',
      expect.stringMatching(/^proving k: \d s so far\n$/),
    ]);
  });
});
