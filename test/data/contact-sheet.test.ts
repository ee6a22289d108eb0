import * as fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../src/data/contact-sheet.js';

const layouts = fc.record({
  columns: fc.integer({ min: 1, max: 5 }),
  zoom: fc.integer({ min: 1, max: 4 }),
  gap: fc.integer({ min: 0, max: 3 }),
});

describe('contactSheet', () => {
  it('puts each sample in its digit’s row, in order, ink black', () => {
    const label = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 30 }), layouts, (digits, layout) => {
        // Sample n is all paper but for one pixel, whose place tells n.
        const pixels = new Float64Array(digits.length * 256).fill(-1);
        digits.forEach((_, sample) => (pixels[sample * 256 + sample * 3] = 1));
        const split = { pixels, labels: Uint8Array.from(digits), count: digits.length };
        const { width, height, data } = PNG.sync.read(contactSheet(split, layout));
        const { columns, zoom, gap } = layout;
        expect(width).toBe(columns * (16 * zoom + gap) + gap);
        expect(height).toBe(10 * (16 * zoom + gap) + gap);

        const seen = Array<number>(10).fill(0);
        let black = 0;
        digits.forEach((digit, sample) => {
          const column = seen[digit]++;
          if (column >= columns) return;
          black += zoom * zoom;
          const left = gap + column * (16 * zoom + gap) + ((sample * 3) % 16) * zoom;
          const top = gap + digit * (16 * zoom + gap) + Math.floor((sample * 3) / 16) * zoom;
          for (const [x, y] of [
            [left, top],
            [left + zoom - 1, top + zoom - 1],
          ]) {
            expect(data[4 * (y * width + x)]).toBe(0);
          }
        });
        let found = 0;
        for (let at = 0; at < data.length; at += 4) if (data[at] === 0) found++;
        expect(found).toBe(black);
      }),
    );
  });

  it('shows −1 white, 1 black and 0 between', () => {
    const pixels = new Float64Array(256).fill(-1);
    pixels.set([1, 0, -0.5]);
    const { data } = PNG.sync.read(
      contactSheet({ pixels, labels: new Uint8Array(1), count: 1 }, { columns: 1, zoom: 1, gap: 0 }),
    );
    expect([data[0], data[4], data[8], data[12]]).toEqual([0, 128, 191, 255]);
  });
});
