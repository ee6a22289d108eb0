import { PNG } from 'pngjs';
import { PIXELS, SIDE, type Split } from './split.js';

/** How a contact sheet is laid out, in pixels of the picture. */
export interface SheetLayout {
  /** Samples of each digit. */
  readonly columns: number;
  /** Side of one pixel of a sample. */
  readonly zoom: number;
  readonly gap: number;
}

const SHEET_LAYOUT: SheetLayout = { columns: 24, zoom: 3, gap: 4 };

const PAPER = 255;
const BETWEEN = 176;

/**
 * A picture of samples to look at: one row for each digit, 0 at the top, with the first samples of that digit; ink is
 * black. A row stays short where there are fewer samples.
 *
 * @returns a PNG of 8-bit gray
 */
export function contactSheet(split: Split, layout: SheetLayout = SHEET_LAYOUT): Buffer {
  const { columns, zoom, gap } = layout;
  const pitch = SIDE * zoom + gap;
  const width = columns * pitch + gap;
  const height = 10 * pitch + gap;
  const gray = new Uint8Array(width * height).fill(BETWEEN);
  const filled = new Uint32Array(10);
  for (let sample = 0; sample < split.count; sample++) {
    const digit = split.labels[sample];
    if (filled[digit] === columns) continue;
    const left = gap + pitch * filled[digit]++;
    const top = gap + pitch * digit;
    for (let y = 0; y < SIDE * zoom; y++) {
      for (let x = 0; x < SIDE * zoom; x++) {
        const pixel = sample * PIXELS + Math.floor(y / zoom) * SIDE + Math.floor(x / zoom);
        gray[(top + y) * width + left + x] = Math.round((PAPER * (1 - split.pixels[pixel])) / 2);
      }
    }
  }
  const png = new PNG({ width, height });
  gray.forEach((value, index) =>
    png.data.fill(value, 4 * index, 4 * index + 3).fill(255, 4 * index + 3, 4 * index + 4),
  );
  return PNG.sync.write(png, { colorType: 0 });
}
