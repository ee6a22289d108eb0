import { PIXELS, SIDE } from './split.js';
import type { Stroke } from './strokes.js';

/** Straight pieces between two points of a stroke. */
const PIECES = 5;

/** Points of a line, x and y in turn: x0, y0, x1, y1, … */
export type Polyline = readonly number[];

/**
 * A stroke as a line of many points: a Catmull–Rom spline (E. Catmull and R. Rom, "A class of local interpolating
 * splines", 1974) through its points, broken at its corners.
 */
export function flattenStroke(stroke: Stroke): Polyline {
  const line: number[] = [stroke[0].x, stroke[0].y];
  for (let index = 0; index + 1 < stroke.length; index++) {
    const from = stroke[index];
    const to = stroke[index + 1];
    const before = index === 0 || from.corner ? from : stroke[index - 1];
    const after = index + 2 === stroke.length || to.corner ? to : stroke[index + 2];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      line.push(spline(before.x, from.x, to.x, after.x, t), spline(before.y, from.y, to.y, after.y, t));
    }
  }
  return line;
}

function spline(before: number, from: number, to: number, after: number, t: number): number {
  const slope = to - before;
  const quadratic = 2 * before - 5 * from + 4 * to - after;
  const cubic = after - before + 3 * (from - to);
  return from + (t * (slope + t * (quadratic + t * cubic))) / 2;
}

/** A pen's mark, in pixels. */
export interface Pen {
  /** Full ink up to this distance from the line. */
  readonly radius: number;
  /** No ink from this distance beyond the radius on. */
  readonly softness: number;
}

/**
 * Draws lines into an image of 16 × 16 pixels; pixel (column, row) has its centre at x = column, y = row.
 *
 * @param ink receives the ink of each pixel, 0 to 1, row-major
 */
export function inkLines(lines: readonly Polyline[], pen: Pen, ink: Float64Array): void {
  const reach = pen.radius + pen.softness;
  const squares = new Float64Array(PIXELS).fill(reach * reach); // squared distance to the nearest line
  for (const line of lines) {
    for (let index = 0; index + 3 < line.length; index += 2) {
      markSegment(line[index], line[index + 1], line[index + 2], line[index + 3], reach, squares);
    }
  }
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const depth = (reach - Math.sqrt(squares[pixel])) / pen.softness;
    const part = depth >= 1 ? 1 : depth;
    ink[pixel] = part * part * (3 - 2 * part);
  }
}

function markSegment(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  reach: number,
  squares: Float64Array,
): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const px = column - x0;
      const py = row - y0;
      const along = lengthSquared === 0 ? 0 : (px * dx + py * dy) / lengthSquared;
      const nearest = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = px - nearest * dx;
      const ey = py - nearest * dy;
      const square = ex * ex + ey * ey;
      const pixel = row * SIDE + column;
      if (square < squares[pixel]) squares[pixel] = square;
    }
  }
}
