import { describe, expect, it } from 'vitest';
import { flattenStroke, inkLines } from '../../src/data/pen.js';
import { DIGIT_STYLES, type Stroke } from '../../src/data/strokes.js';

const stroke = (...points: readonly [number, number, boolean?][]): Stroke =>
  points.map(([x, y, corner]) => ({ x, y, corner: corner ?? false }));

function pairs(line: readonly number[]): [number, number][] {
  return Array.from({ length: line.length / 2 }, (_, index) => [line[2 * index], line[2 * index + 1]]);
}

describe('flattenStroke', () => {
  it('passes through every point of every style', () => {
    for (const { strokes } of DIGIT_STYLES.flat()) {
      for (const points of strokes) {
        const line = pairs(flattenStroke(points));
        for (const { x, y } of points) {
          const nearest = Math.min(...line.map(([px, py]) => Math.hypot(px - x, py - y)));
          expect(nearest).toBeLessThan(1e-12);
        }
      }
    }
  });

  it('turns sharply at a corner and round elsewhere', () => {
    const cut = pairs(flattenStroke(stroke([0, 0], [1, 0, true], [1, 1])));
    for (const [x, y] of cut) expect(Math.min(Math.abs(y), Math.abs(x - 1))).toBeLessThan(1e-12);
    const round = pairs(flattenStroke(stroke([0, 0], [1, 0], [1, 1])));
    expect(Math.max(...round.map(([x, y]) => Math.min(Math.abs(y), Math.abs(x - 1))))).toBeGreaterThan(0.02);
  });
});

describe('inkLines', () => {
  const pen = { radius: 1, softness: 1 };
  const inked = (line: readonly number[]): Float64Array => {
    const ink = new Float64Array(256);
    inkLines([line], pen, ink);
    return ink;
  };

  it('is dark up to the radius, half dark half a softness on, and white beyond', () => {
    const ink = inked([3, 8, 12, 8]);
    const column = Array.from({ length: 16 }, (_, row) => ink[row * 16 + 7]);
    expect(column).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    const shifted = inked([3, 8.5, 12, 8.5]);
    expect([6, 7, 8, 9, 10, 11].map((row) => shifted[row * 16 + 7])).toEqual([0, 0.5, 1, 1, 0.5, 0]);
    const end = Array.from({ length: 16 }, (_, at) => ink[8 * 16 + at]);
    expect(end.map((value) => (value > 0 ? 1 : 0)).join('')).toBe('0011111111111100');
  });

  it('draws a dot where a line has no length, and nothing outside the image', () => {
    expect(inked([8, 8, 8, 8]).reduce((sum, value) => sum + value, 0)).toBeGreaterThan(4);
    expect(inked([-9, -9, -3, 20]).every((value) => value === 0)).toBe(true);
  });
});

describe('the styles', () => {
  it('give each digit two or more ways to be written, within its box', () => {
    expect(DIGIT_STYLES).toHaveLength(10);
    for (const styles of DIGIT_STYLES) {
      expect(styles.length).toBeGreaterThanOrEqual(2);
      for (const { x, y } of styles.flatMap((style) => style.strokes.flat())) {
        expect(x >= 0 && x <= 0.76 && y >= 0 && y <= 1).toBe(true);
      }
    }
  });
});
