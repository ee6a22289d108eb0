import { describe, expect, it } from 'vitest';
import { rateOfEpoch } from '../../src/train/schedule.js';

const rates = (epochs: number, decay: number): number[] =>
  Array.from({ length: epochs }, (_, epoch) => rateOfEpoch(epoch, epochs, decay));

describe('the rate', () => {
  it('stays at 1 without decay', () => expect(rates(5, 0)).toEqual([1, 1, 1, 1, 1]));

  it('falls linearly over the last share of the epochs, and is never zero', () => {
    expect(rates(10, 0.5)).toEqual([1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2]);
    expect(rates(4, 1)).toEqual([1, 0.75, 0.5, 0.25]);
    expect(rates(1, 0.3)).toEqual([1]);
  });
});
