import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripWidths } from '../../src/nn/batch.js';

describe('a batch', () => {
  it('is divided into strips that are whole vectors but for the last, none of them empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 64 }), (batch, strips) => {
        const widths = stripWidths(batch, strips);
        expect(widths.reduce((sum, width) => sum + width)).toBe(batch);
        expect(widths.length).toBeLessThanOrEqual(strips);
        expect(widths.slice(0, -1).every((width) => width === widths[0] && width % 4 === 0)).toBe(true);
        expect(widths[widths.length - 1]).toBeGreaterThan(0);
        expect(widths[0]).toBeLessThan(batch / strips + 4);
      }),
    );
    expect(stripWidths(128, 2)).toEqual([64, 64]);
    expect(stripWidths(123, 2)).toEqual([64, 59]);
    expect(stripWidths(7, 3)).toEqual([4, 3]);
  });
});
