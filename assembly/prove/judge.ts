import { ELEMENT, LANES, PAIR } from './lanes';

/** Whether every result is its predecessor and `rise`, an integer; of integers. */
export function isLine(results: usize, count: i32, rise: f64): bool {
  const first = load<f64>(results);
  let line0 = f64x2(first, first + rise);
  let line1 = f64x2.add(line0, f64x2.splat(2 * rise));
  const four = f64x2.splat(4 * rise);
  const whole = count & -4;
  for (let i = 0; i < whole; i += 4) {
    const at = results + i * ELEMENT;
    const same = v128.and(f64x2.eq(v128.load(at), line0), f64x2.eq(v128.load(at, PAIR), line1));
    if (!i64x2.all_true(same)) return false;
    line0 = f64x2.add(line0, four);
    line1 = f64x2.add(line1, four);
  }
  for (let i = whole; i < count; i++) {
    if (load<f64>(results + i * ELEMENT) != first + i * rise) return false;
  }
  return true;
}

/** Adding this to an integer below 2^51 leaves the integer's low word in the sum's. */
const MAGIC: f64 = 6755399441055744;
/** Adding and subtracting this rounds a number below 2^31 to a multiple of 2^-20, so that sums of those are exact. */
const TO_UNITS: f64 = 6442450944;
/** How many thresholds errors are held against. */
const THRESHOLDS = 6;
/** A verdict in memory: the greatest error, the sum, steps against, least, most, and a count for each threshold. */
const SUM = ELEMENT;
const STEPS = 2 * ELEMENT;
const COUNTS = 5 * ELEMENT;
/** `inspect` takes four results at a time, and looks at the one that follows. */
const PAST_END = 4;
/** Results are compared in parts of this many, whose errors stay in the nearest cache. */
const PART = 512;
const errors = memory.data(PART * ELEMENT, 16);
/** Where `select` leaves a sum of errors. */
const unused = memory.data(ELEMENT, 8);

/**
 * Compares results with base + polynomial(s), s = (i + offset) · inverseHalfWidth, clamped. Writes to `verdict`:
 * the greatest error, the sum of all errors in multiples of 2^-20, how often a result is followed by one against
 * the direction, the least and the greatest result, and how many errors are below each of six thresholds. Writes
 * results as 32-bit words to `words`. Sets four elements of `results` past `count`, and may write three words past
 * it.
 *
 * One loop for all of it would need twice the registers there are.
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
  // The last result is followed by itself: no step, and no other result, is invented.
  const last = load<f64>(results + (count - 1) * ELEMENT);
  for (let i = count; i < count + PAST_END; i++) store<f64>(results + i * ELEMENT, last);

  let worst: f64 = -1;
  store<f64>(verdict, 0, SUM);
  for (let k = 0; k < THRESHOLDS; k++) store<f64>(verdict + k * ELEMENT, 0, COUNTS);
  for (let i = 0; i < count; i += PART) {
    const at = results + i * ELEMENT;
    const part = min<i32>(PART, count - i);
    const greatest = compare(
      at,
      part,
      base,
      offset + i,
      inverseHalfWidth,
      coefficients,
      low,
      high,
      verdict + SUM,
    );
    worst = max<f64>(worst, greatest);
    countErrors(part, greatest, thresholds, verdict + COUNTS);
  }
  store<f64>(verdict, worst);
  inspect(results, count, direction, words, verdict + STEPS);
}

/**
 * Writes the indices of all results whose error is at least `from` and below `to` to `indices`; returns their number.
 * The arguments are those of `judge`.
 */
export function select(
  results: usize,
  count: i32,
  base: f64,
  offset: f64,
  inverseHalfWidth: f64,
  coefficients: usize,
  low: f64,
  high: f64,
  from: f64,
  to: f64,
  indices: usize,
): i32 {
  let next = indices;
  for (let i = 0; i < count; i += PART) {
    const part = min<i32>(PART, count - i);
    const at = results + i * ELEMENT;
    const greatest = compare(at, part, base, offset + i, inverseHalfWidth, coefficients, low, high, unused);
    if (greatest < from) continue;
    for (let k = 0; k < part; k++) {
      const error = load<f64>(errors + k * ELEMENT);
      if (error < from || error >= to) continue;
      store<i32>(next, i + k);
      next += 4;
    }
  }
  return <i32>((next - indices) >> 2);
}

/**
 * Leaves the errors of some results in `errors`, and NaN beside the last where their number is odd, and adds them
 * to `sum`. Returns the greatest.
 */
function compare(
  results: usize,
  count: i32,
  base: f64,
  offset: f64,
  inverseHalfWidth: f64,
  coefficients: usize,
  low: f64,
  high: f64,
  sum: usize,
): f64 {
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
  const four = f64x2.splat(4);
  let position0 = f64x2(offset, offset + 1);
  let position1 = f64x2(offset + 2, offset + 3);
  let worst = f64x2.splat(-1);
  let total = f64x2.splat(0);
  const whole = results + (count & -4) * ELEMENT;
  const end = results + count * ELEMENT;
  let to = errors;
  let at = results;
  for (; at < whole; at += 2 * PAIR, to += 2 * PAIR) {
    const f0 = polynomial(f64x2.mul(position0, inverse), c0, c1, c2, c3, c4, c5);
    const f1 = polynomial(f64x2.mul(position1, inverse), c0, c1, c2, c3, c4, c5);
    const error0 = distance(f64x2.sub(v128.load(at), bases), f0, lowest, highest);
    const error1 = distance(f64x2.sub(v128.load(at, PAIR), bases), f1, lowest, highest);
    v128.store(to, error0);
    v128.store(to, error1, PAIR);
    total = f64x2.add(total, f64x2.add(inUnits(error0), inUnits(error1)));
    worst = f64x2.pmax(worst, f64x2.pmax(error0, error1));
    position0 = f64x2.add(position0, four);
    position1 = f64x2.add(position1, four);
  }
  for (; at < end; at += PAIR, to += PAIR) {
    const f = polynomial(f64x2.mul(position0, inverse), c0, c1, c2, c3, c4, c5);
    let error = distance(f64x2.sub(v128.load(at), bases), f, lowest, highest);
    let units = inUnits(error);
    if (at + ELEMENT == end) {
      error = f64x2.replace_lane(error, 1, NaN);
      units = f64x2.replace_lane(units, 1, 0);
    }
    v128.store(to, error);
    total = f64x2.add(total, units);
    worst = f64x2.pmax(worst, error);
    position0 = position1;
  }
  store<f64>(sum, load<f64>(sum) + f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
  return max<f64>(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1));
}

@inline
function polynomial(s: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128): v128 {
  let f = f64x2.add(c4, f64x2.mul(s, c5));
  f = f64x2.add(c3, f64x2.mul(s, f));
  f = f64x2.add(c2, f64x2.mul(s, f));
  f = f64x2.add(c1, f64x2.mul(s, f));
  return f64x2.add(c0, f64x2.mul(s, f));
}

@inline
function distance(result: v128, f: v128, lowest: v128, highest: v128): v128 {
  return f64x2.abs(f64x2.sub(result, f64x2.pmin(f64x2.pmax(f, lowest), highest)));
}

@inline
function inUnits(error: v128): v128 {
  const toUnits = f64x2.splat(TO_UNITS);
  return f64x2.sub(f64x2.add(error, toUnits), toUnits);
}

/** Adds to `counts` how many of the first `errors`, none of which is greater than `greatest`, are below each threshold. */
function countErrors(count: i32, greatest: f64, thresholds: usize, counts: usize): void {
  for (let k = 0; k < THRESHOLDS; k++) {
    const threshold = load<f64>(thresholds + k * ELEMENT);
    const below = greatest < threshold ? count : countBelow(count, threshold);
    store<f64>(counts + k * ELEMENT, load<f64>(counts + k * ELEMENT) + below);
  }
}

/** How many of the first `errors` are below a threshold. */
function countBelow(count: i32, threshold: f64): i32 {
  const limit = f64x2.splat(threshold);
  const whole = count & -8;
  let found0 = i64x2.splat(0);
  let found1 = i64x2.splat(0);
  for (let i = 0; i < whole; i += 8) {
    const at = errors + i * ELEMENT;
    found0 = i64x2.sub(found0, f64x2.lt(v128.load(at), limit));
    found1 = i64x2.sub(found1, f64x2.lt(v128.load(at, 16), limit));
    found0 = i64x2.sub(found0, f64x2.lt(v128.load(at, 32), limit));
    found1 = i64x2.sub(found1, f64x2.lt(v128.load(at, 48), limit));
  }
  for (let i = whole; i < count; i += LANES) {
    found0 = i64x2.sub(found0, f64x2.lt(v128.load(errors + i * ELEMENT), limit));
  }
  return <i32>bothLanes(i64x2.add(found0, found1));
}

/**
 * Writes steps against the direction, the least and the greatest result to `facts`, and results to `words`. May read
 * three results, and write three words, past the end.
 */
function inspect(results: usize, count: i32, direction: f64, words: usize, facts: usize): void {
  let against = i64x2.splat(0);
  let least = f64x2.splat(Infinity);
  let most = f64x2.splat(-Infinity);
  const end = results + count * ELEMENT;
  let to = words;
  for (let at = results; at < end; at += 2 * PAIR, to += PAIR) {
    const result0 = v128.load(at);
    const result1 = v128.load(at, PAIR);
    if (direction > 0) {
      against = i64x2.sub(against, f64x2.lt(v128.load(at, ELEMENT), result0));
      against = i64x2.sub(against, f64x2.lt(v128.load(at, PAIR + ELEMENT), result1));
    } else if (direction < 0) {
      against = i64x2.sub(against, f64x2.gt(v128.load(at, ELEMENT), result0));
      against = i64x2.sub(against, f64x2.gt(v128.load(at, PAIR + ELEMENT), result1));
    }
    least = f64x2.pmin(least, f64x2.pmin(result0, result1));
    most = f64x2.pmax(most, f64x2.pmax(result0, result1));
    v128.store(to, wordsOf(result0, result1));
  }
  store<f64>(facts, <f64>bothLanes(against));
  store<f64>(facts, min<f64>(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)), 8);
  store<f64>(facts, max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1)), 16);
}

/** Writes results as 32-bit words. May read three results, and write three words, past the end. */
export function toWords(results: usize, count: i32, words: usize): void {
  const end = results + count * ELEMENT;
  let to = words;
  for (let at = results; at < end; at += 2 * PAIR, to += PAIR) {
    v128.store(to, wordsOf(v128.load(at), v128.load(at, PAIR)));
  }
}

@inline
function wordsOf(result0: v128, result1: v128): v128 {
  const magic = f64x2.splat(MAGIC);
  return v128.shuffle<i32>(f64x2.add(result0, magic), f64x2.add(result1, magic), 0, 2, 4, 6);
}

@inline
function bothLanes(counts: v128): i64 {
  return i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1);
}
