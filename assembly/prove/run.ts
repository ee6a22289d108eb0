import { ELEMENT, LANES, PAIR } from './lanes';

/** Bytes of a step in memory: scale, offset, coefficient, cut, 1 / cut. */
const STEP = 5 * ELEMENT;

/** args[i] = start + floor((first + i · step) · scale). */
export function progression(
  args: usize,
  count: i32,
  start: f64,
  first: f64,
  step: f64,
  scale: f64,
): void {
  const starts = f64x2.splat(start);
  const steps = f64x2.splat(2 * step);
  const factor = f64x2.splat(scale);
  let value = f64x2(first, first + step);
  for (let i = 0; i < count; i += LANES) {
    v128.store(args + i * ELEMENT, f64x2.add(starts, f64x2.floor(f64x2.mul(value, factor))));
    value = f64x2.add(value, steps);
  }
}

/**
 * results[i] = the polynomial at args[i] − origin, finished: after each step and at the end, rounded to the
 * nearest integer, ties to even, once an offset has been added that makes it the wanted rounding. A step with a cut
 * multiplies in two parts and floors.
 *
 * May write up to seven elements past `count`.
 */
export function evaluate(
  args: usize,
  results: usize,
  count: i32,
  origin: f64,
  leading: f64,
  steps: usize,
  order: i32,
  addend: f64,
  scale: f64,
  offset: f64,
  after: f64,
  min: f64,
  max: f64,
): void {
  const origins = f64x2.splat(origin);
  const addends = f64x2.splat(addend);
  const scales = f64x2.splat(scale);
  const offsets = f64x2.splat(offset);
  const afters = f64x2.splat(after);
  const least = f64x2.splat(min);
  const most = f64x2.splat(max);
  const end = steps + order * STEP;
  for (let i = 0; i < count; i += 4 * LANES) {
    const at = args + i * ELEMENT;
    const t0 = f64x2.sub(v128.load(at), origins);
    const t1 = f64x2.sub(v128.load(at, PAIR), origins);
    const t2 = f64x2.sub(v128.load(at, 2 * PAIR), origins);
    const t3 = f64x2.sub(v128.load(at, 3 * PAIR), origins);
    let y0 = f64x2.splat(leading);
    let y1 = y0;
    let y2 = y0;
    let y3 = y0;
    for (let step = steps; step < end; step += STEP) {
      const stepScale = v128.load64_splat(step);
      const stepOffset = v128.load64_splat(step, 8);
      const coefficient = v128.load64_splat(step, 16);
      if (load<f64>(step, 24) == 0) {
        y0 = f64x2.add(rounded(y0, f64x2.mul(t0, stepScale), stepOffset), coefficient);
        y1 = f64x2.add(rounded(y1, f64x2.mul(t1, stepScale), stepOffset), coefficient);
        y2 = f64x2.add(rounded(y2, f64x2.mul(t2, stepScale), stepOffset), coefficient);
        y3 = f64x2.add(rounded(y3, f64x2.mul(t3, stepScale), stepOffset), coefficient);
      } else {
        const cut = v128.load64_splat(step, 24);
        const inverse = v128.load64_splat(step, 32);
        y0 = f64x2.add(inParts(y0, t0, cut, inverse, stepOffset, stepScale), coefficient);
        y1 = f64x2.add(inParts(y1, t1, cut, inverse, stepOffset, stepScale), coefficient);
        y2 = f64x2.add(inParts(y2, t2, cut, inverse, stepOffset, stepScale), coefficient);
        y3 = f64x2.add(inParts(y3, t3, cut, inverse, stepOffset, stepScale), coefficient);
      }
    }
    y0 = f64x2.add(rounded(f64x2.add(y0, addends), scales, offsets), afters);
    y1 = f64x2.add(rounded(f64x2.add(y1, addends), scales, offsets), afters);
    y2 = f64x2.add(rounded(f64x2.add(y2, addends), scales, offsets), afters);
    y3 = f64x2.add(rounded(f64x2.add(y3, addends), scales, offsets), afters);
    const out = results + i * ELEMENT;
    v128.store(out, f64x2.pmin(f64x2.pmax(y0, least), most));
    v128.store(out, f64x2.pmin(f64x2.pmax(y1, least), most), PAIR);
    v128.store(out, f64x2.pmin(f64x2.pmax(y2, least), most), 2 * PAIR);
    v128.store(out, f64x2.pmin(f64x2.pmax(y3, least), most), 3 * PAIR);
  }
}

/** nearest(y · factor + offset), whose product is exact. */
@inline
function rounded(y: v128, factor: v128, offset: v128): v128 {
  return f64x2.nearest(f64x2.add(f64x2.mul(y, factor), offset));
}

/** floor((high · t + floor(low · t / cut + offset)) · scale), where y = high · cut + low. */
@inline
function inParts(y: v128, t: v128, cut: v128, inverse: v128, offset: v128, scale: v128): v128 {
  const high = f64x2.floor(f64x2.mul(y, inverse));
  const low = f64x2.mul(f64x2.sub(y, f64x2.mul(high, cut)), t);
  const carried = f64x2.floor(f64x2.add(f64x2.mul(low, inverse), offset));
  return f64x2.floor(f64x2.mul(f64x2.add(f64x2.mul(high, t), carried), scale));
}

/** results[i] = start + i · step + sign · results[i], clamped: outputs of negative inputs from those of positive ones. */
export function unfold(
  results: usize,
  count: i32,
  sign: f64,
  start: f64,
  step: f64,
  min: f64,
  max: f64,
): void {
  const signs = f64x2.splat(sign);
  const steps = f64x2.splat(2 * step);
  const least = f64x2.splat(min);
  const most = f64x2.splat(max);
  let line = f64x2(start, start + step);
  for (let i = 0; i < count; i += LANES) {
    const at = results + i * ELEMENT;
    const value = f64x2.add(line, f64x2.mul(v128.load(at), signs));
    v128.store(at, f64x2.pmin(f64x2.pmax(value, least), most));
    line = f64x2.add(line, steps);
  }
}
