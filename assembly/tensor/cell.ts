import {
  addToDoubles,
  loadFirst,
  loadLanes,
  loadSecond,
  storeFirst,
  storeLanes,
  storeSecond,
} from './lanes';
import {
  LIMIT,
  lowWords,
  oneMinus,
  onePlus,
  overflowOf,
  roundProduct,
  signOfProduct,
  sumOfLanes,
  withSign,
  zero,
} from './rounding';

/*
 * The way back through a gated cell, element by element: what takes a dozen passes over gradients as a composition
 * (src/tensor/gated-cell.ts) happens in registers here. Overflows are rare, so that they are only noticed at first;
 * a row that has one is gone through again to count them by their place.
 */

/** Places, as counters from the instruction's on. */
const HIDDEN: i32 = 0;
const STATE: i32 = 1;
const FORGET: i32 = 2;
const INPUT: i32 = 3;
const CANDIDATE: i32 = 4;
const OUTPUT: i32 = 5;

/** A double this large has no fraction bits: adding an integer below 2^51 leaves it in the low bits. */
const INTEGER_BITS: f64 = 6755399441055744;

/** Address of the first counter of the instruction at hand. */
let counters: usize = 0;
/** The greatest magnitudes of the gradients of sums. */
let peak: v128 = i32x4.splat(0);

@inline
function count(place: i32, overflows: i32): void {
  const at = counters + (place << 2);
  store<i32>(at, load<i32>(at) + overflows);
}

/** Notices overflows of magnitudes, or counts them. */
@inline
function note(counting: bool, noticed: v128, magnitude: v128, place: i32): v128 {
  if (!counting) return v128.or(noticed, magnitude);
  count(place, sumOfLanes(overflowOf(magnitude)));
  return noticed;
}

@inline
function clampDoubles(doubles: v128): v128 {
  return f64x2.max(f64x2.min(doubles, f64x2.splat(<f64>LIMIT)), f64x2.splat(-<f64>LIMIT));
}

/** Four clamped doubles as int32. */
@inline
function integers(first: v128, second: v128): v128 {
  const shift = f64x2.splat(INTEGER_BITS);
  return lowWords(f64x2.add(first, shift), f64x2.add(second, shift));
}

/** Notices or counts doubles that were clamped. */
@inline
function noteClamped(counting: bool, noticed: v128, doubles: v128, clamped: v128, place: i32): v128 {
  const changed = f64x2.ne(doubles, clamped);
  if (!counting) return v128.or(noticed, changed);
  count(place, i32.popcnt(i64x2.bitmask(changed)));
  return noticed;
}

/** dst (doubles) = int32 lanes. */
@inline
function storeDoubles(address: usize, lanes: v128, lanesLeft: i32): void {
  storeFirst(address, f64x2.convert_low_i32x4_s(lanes), lanesLeft);
  storeSecond(address, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(lanes, lanes, 1, 1)), lanesLeft);
}

/** The buffers of a cell, in bytes from an element of int32 or double on. */
@inline
function step<F>(
  counting: bool,
  gates: usize,
  gateDistance: usize,
  previous: usize,
  squashed: usize,
  hGradient: usize,
  cGradient: usize,
  previousGradient: usize,
  sumsGradient: usize,
  copy: usize,
  lanes: i32,
): v128 {
  const f = loadLanes(gates, lanes);
  const i = loadLanes(gates + gateDistance, lanes);
  const candidate = loadLanes(gates + 2 * gateDistance, lanes);
  const o = loadLanes(gates + 3 * gateDistance, lanes);
  const y = loadLanes(squashed, lanes);
  let noticed = zero();

  // h = o∘y
  let first = loadFirst(hGradient, lanes);
  let second = loadSecond(hGradient, lanes);
  let clampedFirst = clampDoubles(first);
  let clampedSecond = clampDoubles(second);
  noticed = noteClamped(counting, noticed, first, clampedFirst, HIDDEN);
  noticed = noteClamped(counting, noticed, second, clampedSecond, HIDDEN);
  const dh = integers(clampedFirst, clampedSecond);
  let magnitude = roundProduct<F>(dh, y);
  noticed = note(counting, noticed, magnitude, HIDDEN);
  const dOutput = withSign(magnitude, signOfProduct(dh, y));
  magnitude = roundProduct<F>(dh, o);
  noticed = note(counting, noticed, magnitude, HIDDEN);
  const dSquashed = withSign(magnitude, signOfProduct(dh, o));

  // y = tanh(c)
  let left = onePlus<F>(y);
  let right = oneMinus<F>(y);
  magnitude = roundProduct<F>(left, right);
  noticed = note(counting, noticed, magnitude, STATE);
  let slope = withSign(magnitude, signOfProduct(left, right));
  magnitude = roundProduct<F>(slope, dSquashed);
  noticed = note(counting, noticed, magnitude, STATE);
  const share = withSign(magnitude, signOfProduct(slope, dSquashed));
  first = f64x2.add(loadFirst(cGradient, lanes), f64x2.convert_low_i32x4_s(share));
  second = f64x2.add(
    loadSecond(cGradient, lanes),
    f64x2.convert_low_i32x4_s(v128.shuffle<i64>(share, share, 1, 1)),
  );
  clampedFirst = clampDoubles(first);
  clampedSecond = clampDoubles(second);
  noticed = noteClamped(counting, noticed, first, clampedFirst, STATE);
  noticed = noteClamped(counting, noticed, second, clampedSecond, STATE);
  const dc = integers(clampedFirst, clampedSecond);

  // c = f∘previous + i∘candidate
  const before = loadLanes(previous, lanes);
  magnitude = roundProduct<F>(dc, before);
  noticed = note(counting, noticed, magnitude, STATE);
  const dForget = withSign(magnitude, signOfProduct(dc, before));
  if (previousGradient != 0) {
    magnitude = roundProduct<F>(dc, f);
    noticed = note(counting, noticed, magnitude, STATE);
    if (!counting) addToDoubles(previousGradient, withSign(magnitude, signOfProduct(dc, f)), lanes);
  }
  magnitude = roundProduct<F>(dc, candidate);
  noticed = note(counting, noticed, magnitude, STATE);
  const dInput = withSign(magnitude, signOfProduct(dc, candidate));
  magnitude = roundProduct<F>(dc, i);
  noticed = note(counting, noticed, magnitude, STATE);
  const dCandidate = withSign(magnitude, signOfProduct(dc, i));

  // the activations
  const gradientDistance = gateDistance << 1;
  noticed = activation<F>(counting, noticed, FORGET, f, f, dForget, sumsGradient, copy, lanes);
  noticed = activation<F>(
    counting,
    noticed,
    INPUT,
    i,
    i,
    dInput,
    sumsGradient + gradientDistance,
    copy + gateDistance,
    lanes,
  );
  noticed = activation<F>(
    counting,
    noticed,
    CANDIDATE,
    onePlus<F>(candidate),
    candidate,
    dCandidate,
    sumsGradient + 2 * gradientDistance,
    copy + 2 * gateDistance,
    lanes,
  );
  return activation<F>(
    counting,
    noticed,
    OUTPUT,
    o,
    o,
    dOutput,
    sumsGradient + 3 * gradientDistance,
    copy + 3 * gateDistance,
    lanes,
  );
}

/** dst = left∘(1 − y)∘g, rounded after each product: for sigmoid left = y, for tanh left = 1 + y. */
@inline
function activation<F>(
  counting: bool,
  noticed: v128,
  place: i32,
  left: v128,
  y: v128,
  g: v128,
  dst: usize,
  copy: usize,
  lanes: i32,
): v128 {
  const right = oneMinus<F>(y);
  let magnitude = roundProduct<F>(left, right);
  noticed = note(counting, noticed, magnitude, place);
  const slope = withSign(magnitude, signOfProduct(left, right));
  magnitude = roundProduct<F>(slope, g);
  noticed = note(counting, noticed, magnitude, place);
  if (!counting) {
    const gradient = withSign(magnitude, signOfProduct(slope, g));
    storeDoubles(dst, gradient, lanes);
    storeLanes(copy, gradient, lanes);
    peak = i32x4.max_u(peak, i32x4.abs(gradient));
  }
  return noticed;
}

/** One row; the arguments are those of `step`, which moves them on by four elements at a time. */
@inline
function row<F>(
  counting: bool,
  gates: usize,
  gateDistance: usize,
  previous: usize,
  squashed: usize,
  hGradient: usize,
  cGradient: usize,
  previousGradient: usize,
  sumsGradient: usize,
  copy: usize,
  columns: i32,
): v128 {
  let noticed = zero();
  for (; columns >= 4; columns -= 4) {
    noticed = v128.or(
      noticed,
      step<F>(
        counting,
        gates,
        gateDistance,
        previous,
        squashed,
        hGradient,
        cGradient,
        previousGradient,
        sumsGradient,
        copy,
        4,
      ),
    );
    gates += 16;
    previous += 16;
    squashed += 16;
    hGradient += 32;
    cGradient += 32;
    if (previousGradient != 0) previousGradient += 32;
    sumsGradient += 32;
    copy += 16;
  }
  if (columns > 0) {
    noticed = v128.or(
      noticed,
      step<F>(
        counting,
        gates,
        gateDistance,
        previous,
        squashed,
        hGradient,
        cGradient,
        previousGradient,
        sumsGradient,
        copy,
        columns,
      ),
    );
  }
  return noticed;
}

/**
 * Some columns of all rows. Gradients are doubles, everything else is int32.
 *
 * @param gateDistance bytes from the rows of one gate to those of the next, in int32
 * @param previousGradient 0 where it is not wanted
 * @param sumsGradient is set, as doubles
 * @param copy the same as int32
 * @param width columns of the matrices
 * @param column the first to work on
 * @param firstCounter address of the counters, see the places above
 * @returns whether anything was counted
 */
export function cellGradient<F>(
  gates: usize,
  gateDistance: usize,
  previous: usize,
  squashed: usize,
  hGradient: usize,
  cGradient: usize,
  previousGradient: usize,
  sumsGradient: usize,
  copy: usize,
  rows: i32,
  width: i32,
  column: i32,
  columns: i32,
  firstCounter: usize,
): bool {
  counters = firstCounter;
  peak = zero();
  let counted = false;
  for (let r = 0, i = column; r < rows; r++, i += width) {
    const int = <usize>i << 2;
    const double = <usize>i << 3;
    const ofPrevious = previousGradient == 0 ? <usize>0 : previousGradient + double;
    const noticed = row<F>(
      false,
      gates + int,
      gateDistance,
      previous + int,
      squashed + int,
      hGradient + double,
      cGradient + double,
      ofPrevious,
      sumsGradient + double,
      copy + int,
      columns,
    );
    // Magnitudes have their top bit set where they overflow, clamped doubles all of their bits.
    if (i32x4.bitmask(noticed) != 0) {
      counted = true;
      row<F>(
        true,
        gates + int,
        gateDistance,
        previous + int,
        squashed + int,
        hGradient + double,
        cGradient + double,
        ofPrevious,
        sumsGradient + double,
      copy + int,
        columns,
      );
    }
  }
  return counted;
}

/** The greatest magnitude among the gradients of sums that `cellGradient` set last. */
export function peakOfSums(): f64 {
  const pairs = i32x4.max_u(peak, v128.shuffle<i64>(peak, peak, 1, 1));
  return <f64>max<u32>(<u32>i32x4.extract_lane(pairs, 0), <u32>i32x4.extract_lane(pairs, 1));
}
