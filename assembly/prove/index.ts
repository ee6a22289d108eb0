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

/** Adding this to an integer below 2^51 leaves the integer's low word in the sum's. */
const MAGIC: f64 = 6755399441055744;
/** Bins of an eighth of an ulp, and one for everything beyond: two sets, one a lane. */
const BINS = 33;
const BINS_PER_ULP: f64 = 8;
/** Units of an ulp in which errors are added up, so that a sum of 2^10 of them is exact, and what one counts at most. */
const UNITS_PER_ULP: f64 = 1048576;
const MOST_UNITS: f64 = 4398046511104;

/**
 * Compares results with base + polynomial(s), s = (i + offset) · inverseHalfWidth, clamped. Writes to `verdict`:
 * the greatest error, its first index, how many errors are at most or below four thresholds, the sum of all
 * errors in whole units of 2^-20 ulp (of at most 2^22 ulps each), how often a result is followed by one against
 * the direction, the least and the greatest result. Writes results as 32-bit words to `words`, and counts errors
 * in the two sets of bins of `histogram`. Reads, and sets, two elements of `results` past `count`.
 *
 * @param coefficients six, lowest degree first
 * @param thresholds four: at most the first, below the others
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
  histogram: usize,
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
  const directions = f64x2.splat(direction);
  const magic = f64x2.splat(MAGIC);
  const perUlp = f64x2.splat(BINS_PER_ULP);
  const lastBin = f64x2.splat(BINS - 1);
  const unitsPerUlp = f64x2.splat(UNITS_PER_ULP);
  const mostUnits = f64x2.splat(MOST_UNITS);
  const zero = f64x2.splat(0);
  const two = f64x2.splat(2);

  // The last result is followed by itself: no step, and no other result, is invented.
  const last = load<f64>(results + (count - 1) * ELEMENT);
  store<f64>(results + count * ELEMENT, last);
  store<f64>(results + count * ELEMENT, last, 8);

  let position = f64x2(offset, offset + 1);
  let index = f64x2(0, 1);
  let worst = f64x2.splat(-1);
  let worstIndex = f64x2.splat(0);
  let count0 = i64x2.splat(0);
  let count1 = i64x2.splat(0);
  let count2 = i64x2.splat(0);
  let count3 = i64x2.splat(0);
  let against = i64x2.splat(0);
  let total = zero;
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
    const bin = f64x2.add(f64x2.pmin(f64x2.floor(f64x2.mul(error, perUlp)), lastBin), magic);
    addOne(histogram + (<usize>i32x4.extract_lane(bin, 0) << 2));
    let units = f64x2.pmin(f64x2.floor(f64x2.mul(error, unitsPerUlp)), mostUnits);
    if (odd && i == count - 1) {
      error = f64x2.replace_lane(error, 1, NaN);
      units = f64x2.replace_lane(units, 1, 0);
    } else {
      addOne(histogram + (<usize>(BINS + i32x4.extract_lane(bin, 2)) << 2));
    }
    total = f64x2.add(total, units);
    const worse = f64x2.gt(error, worst);
    worst = v128.bitselect(error, worst, worse);
    worstIndex = v128.bitselect(index, worstIndex, worse);
    count0 = i64x2.sub(count0, f64x2.le(error, within0));
    count1 = i64x2.sub(count1, f64x2.lt(error, within1));
    count2 = i64x2.sub(count2, f64x2.lt(error, within2));
    count3 = i64x2.sub(count3, f64x2.lt(error, within3));
    const step = f64x2.mul(f64x2.sub(v128.load(at, ELEMENT), result), directions);
    against = i64x2.sub(against, f64x2.lt(step, zero));
    least = f64x2.pmin(least, result);
    most = f64x2.pmax(most, result);
    const word = f64x2.add(result, magic);
    v128.store64_lane(words + (<usize>i << 2), v128.shuffle<i32>(word, word, 0, 2, 0, 2), 0);
    position = f64x2.add(position, two);
    index = f64x2.add(index, two);
  }

  const error0 = f64x2.extract_lane(worst, 0);
  const error1 = f64x2.extract_lane(worst, 1);
  const index0 = f64x2.extract_lane(worstIndex, 0);
  const index1 = f64x2.extract_lane(worstIndex, 1);
  const second = error1 > error0 || (error1 == error0 && index1 < index0);
  store<f64>(verdict, second ? error1 : error0);
  store<f64>(verdict, second ? index1 : index0, 8);
  store<f64>(verdict, bothLanes(count0), 16);
  store<f64>(verdict, bothLanes(count1), 24);
  store<f64>(verdict, bothLanes(count2), 32);
  store<f64>(verdict, bothLanes(count3), 40);
  store<f64>(verdict, f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1), 48);
  store<f64>(verdict, bothLanes(against), 56);
  store<f64>(verdict, min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)), 64);
  store<f64>(verdict, max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 72);
}

@inline
function addOne(counter: usize): void {
  store<i32>(counter, load<i32>(counter) + 1);
}

@inline
function bothLanes(counts: v128): f64 {
  return f64(i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1));
}
