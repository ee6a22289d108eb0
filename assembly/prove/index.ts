/**
 * The two inner loops of a proof, two inputs at a time: a plan's polynomial on a run of arguments, and the
 * comparison of results with a reference block. Every operation, and its order, is that of the same loops
 * in TypeScript (src/plan/loops.ts), so that both give the same bits.
 */

const VECTOR = 2;
const ELEMENT = 8;

/** Bytes of a step in memory: scale, offset, coefficient. */
const STEP = 3 * ELEMENT;

/** args[i] = (first + i) · scale. */
export function ascending(args: usize, count: i32, first: f64, scale: f64): void {
  let value = f64x2(first, first + 1);
  const two = f64x2.splat(2);
  const factor = f64x2.splat(scale);
  for (let i = 0; i < count; i += VECTOR) {
    v128.store(args + i * ELEMENT, f64x2.mul(value, factor));
    value = f64x2.add(value, two);
  }
}

/**
 * results[i] = the polynomial at args[i] − origin, finished: after each step and at the end, rounded to the
 * nearest integer, ties to even, once an offset has been added that makes it the wanted rounding.
 *
 * May write up to three elements past `count`.
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
  min: f64,
  max: f64,
): void {
  const origins = f64x2.splat(origin);
  const addends = f64x2.splat(addend);
  const scales = f64x2.splat(scale);
  const offsets = f64x2.splat(offset);
  const least = f64x2.splat(min);
  const most = f64x2.splat(max);
  const end = steps + order * STEP;
  for (let i = 0; i < count; i += 2 * VECTOR) {
    const at = args + i * ELEMENT;
    const t0 = f64x2.sub(v128.load(at), origins);
    const t1 = f64x2.sub(v128.load(at, 16), origins);
    let y0 = f64x2.splat(leading);
    let y1 = y0;
    for (let step = steps; step < end; step += STEP) {
      const stepScale = v128.load64_splat(step);
      const stepOffset = v128.load64_splat(step, 8);
      const coefficient = v128.load64_splat(step, 16);
      y0 = f64x2.add(
        f64x2.nearest(f64x2.add(f64x2.mul(f64x2.mul(y0, t0), stepScale), stepOffset)),
        coefficient,
      );
      y1 = f64x2.add(
        f64x2.nearest(f64x2.add(f64x2.mul(f64x2.mul(y1, t1), stepScale), stepOffset)),
        coefficient,
      );
    }
    y0 = f64x2.nearest(f64x2.add(f64x2.mul(f64x2.add(y0, addends), scales), offsets));
    y1 = f64x2.nearest(f64x2.add(f64x2.mul(f64x2.add(y1, addends), scales), offsets));
    const out = results + i * ELEMENT;
    v128.store(out, f64x2.pmin(f64x2.pmax(y0, least), most));
    v128.store(out, f64x2.pmin(f64x2.pmax(y1, least), most), 16);
  }
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
  for (let i = 0; i < count; i += VECTOR) {
    const at = results + i * ELEMENT;
    const value = f64x2.add(line, f64x2.mul(v128.load(at), signs));
    v128.store(at, f64x2.pmin(f64x2.pmax(value, least), most));
    line = f64x2.add(line, steps);
  }
}

/** Adding this to an integer below 2^51 leaves the integer's low word in the sum's. */
const MAGIC: f64 = 6755399441055744;
/** Adding and subtracting this rounds a number below 2^31 to a multiple of 2^-20, so that sums of those are exact. */
const TO_UNITS: f64 = 6442450944;

/**
 * Compares results with base + polynomial(s), s = (i + offset) · inverseHalfWidth, clamped. Writes to `verdict`:
 * the greatest error, the sum of all errors in multiples of 2^-20, how often a result is followed by one against
 * the direction, the least and the greatest result, and how many errors are below each of six thresholds. Writes
 * results as 32-bit words to `words`. Reads, and sets, two elements of `results` past `count`.
 *
 * @param coefficients six, lowest degree first
 * @param thresholds six
 * @param direction 1 where results should not fall, −1 where they should not rise, 0 where they may do either
 */
export function judge(
  results: usize,
  count: i32,
  base: f64,
  offset: f64,
  inverseHalfWidth: f64,
  coefficients: usize,
  low: f64,
  high: f64,
  thresholds: usize,
  direction: f64,
  words: usize,
  verdict: usize,
): void {
  const bases = f64x2.splat(base);
  const inverse = f64x2.splat(inverseHalfWidth);
  const c0 = v128.load64_splat(coefficients);
  const c1 = v128.load64_splat(coefficients, 8);
  const c2 = v128.load64_splat(coefficients, 16);
  const c3 = v128.load64_splat(coefficients, 24);
  const c4 = v128.load64_splat(coefficients, 32);
  const c5 = v128.load64_splat(coefficients, 40);
  const lowest = f64x2.splat(low);
  const highest = f64x2.splat(high);
  const within0 = v128.load64_splat(thresholds);
  const within1 = v128.load64_splat(thresholds, 8);
  const within2 = v128.load64_splat(thresholds, 16);
  const within3 = v128.load64_splat(thresholds, 24);
  const within4 = v128.load64_splat(thresholds, 32);
  const within5 = v128.load64_splat(thresholds, 40);
  const magic = f64x2.splat(MAGIC);
  const toUnits = f64x2.splat(TO_UNITS);
  const two = f64x2.splat(2);

  // The last result is followed by itself: no step, and no other result, is invented.
  const last = load<f64>(results + (count - 1) * ELEMENT);
  store<f64>(results + count * ELEMENT, last);
  store<f64>(results + count * ELEMENT, last, 8);

  let position = f64x2(offset, offset + 1);
  let worst = f64x2.splat(-1);
  let count0 = i64x2.splat(0);
  let count1 = i64x2.splat(0);
  let count2 = i64x2.splat(0);
  let count3 = i64x2.splat(0);
  let count4 = i64x2.splat(0);
  let count5 = i64x2.splat(0);
  let against = i64x2.splat(0);
  let total = f64x2.splat(0);
  let least = f64x2.splat(Infinity);
  let most = f64x2.splat(-Infinity);
  // An odd last element is compared beside one that can't matter: its error is set to NaN.
  const odd = (count & 1) == 1;
  for (let i = 0; i < count; i += VECTOR) {
    const at = results + i * ELEMENT;
    const result = v128.load(at);
    const s = f64x2.mul(position, inverse);
    let f = f64x2.add(c4, f64x2.mul(s, c5));
    f = f64x2.add(c3, f64x2.mul(s, f));
    f = f64x2.add(c2, f64x2.mul(s, f));
    f = f64x2.add(c1, f64x2.mul(s, f));
    f = f64x2.add(c0, f64x2.mul(s, f));
    f = f64x2.pmin(f64x2.pmax(f, lowest), highest);
    let error = f64x2.abs(f64x2.sub(f64x2.sub(result, bases), f));
    let units = f64x2.sub(f64x2.add(error, toUnits), toUnits);
    if (odd && i == count - 1) {
      error = f64x2.replace_lane(error, 1, NaN);
      units = f64x2.replace_lane(units, 1, 0);
    }
    total = f64x2.add(total, units);
    worst = f64x2.pmax(worst, error);
    count0 = i64x2.sub(count0, f64x2.lt(error, within0));
    count1 = i64x2.sub(count1, f64x2.lt(error, within1));
    count2 = i64x2.sub(count2, f64x2.lt(error, within2));
    count3 = i64x2.sub(count3, f64x2.lt(error, within3));
    count4 = i64x2.sub(count4, f64x2.lt(error, within4));
    count5 = i64x2.sub(count5, f64x2.lt(error, within5));
    if (direction > 0) against = i64x2.sub(against, f64x2.lt(v128.load(at, ELEMENT), result));
    else if (direction < 0) against = i64x2.sub(against, f64x2.gt(v128.load(at, ELEMENT), result));
    least = f64x2.pmin(least, result);
    most = f64x2.pmax(most, result);
    const word = f64x2.add(result, magic);
    v128.store64_lane(words + (<usize>i << 2), v128.shuffle<i32>(word, word, 0, 2, 0, 2), 0);
    position = f64x2.add(position, two);
  }

  store<f64>(verdict, max<f64>(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1)));
  store<f64>(verdict, f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1), 8);
  store<f64>(verdict, bothLanes(against), 16);
  store<f64>(verdict, min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)), 24);
  store<f64>(verdict, max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 32);
  store<f64>(verdict, bothLanes(count0), 40);
  store<f64>(verdict, bothLanes(count1), 48);
  store<f64>(verdict, bothLanes(count2), 56);
  store<f64>(verdict, bothLanes(count3), 64);
  store<f64>(verdict, bothLanes(count4), 72);
  store<f64>(verdict, bothLanes(count5), 80);
}

@inline
function bothLanes(counts: v128): f64 {
  return f64(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
}
