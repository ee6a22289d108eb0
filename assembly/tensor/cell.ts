import {
  addToDoubles,
  firstDoubles,
  loadFirst,
  loadLanes,
  loadSecond,
  secondDoubles,
  storeFirst,
  storeLanes,
  storeSecond,
} from './lanes';
import {
  highWords,
  LIMIT,
  lowWords,
  oneMinus,
  onePlus,
  overflowOf,
  roundProduct,
  roundSmall,
  signOfProduct,
  sumOfLanes,
  withSign,
  zero,
} from './rounding';

/*
 * The way back through a gated cell, element by element: what takes a dozen passes over gradients as a composition
 * (src/tensor/gated-cell.ts) happens in registers here. Four elements whose values are of the usual size, which a few
 * comparisons show, take a path on which nothing can overflow and half of the signs are known; the others a careful
 * one. There overflows are only noticed at first, and counted by their place in a second pass.
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

/** Four integers in doubles, within int32, as such. */
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
  storeFirst(address, firstDoubles(lanes), lanesLeft);
  storeSecond(address, secondDoubles(lanes), lanesLeft);
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
  first = f64x2.add(loadFirst(cGradient, lanes), firstDoubles(share));
  second = f64x2.add(loadSecond(cGradient, lanes), secondDoubles(share));
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

/**
 * The careful path.
 *
 * @returns whether anything was counted
 */
function careful<F>(
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
): bool {
  let counting = false;
  while (true) {
    const noticed = step<F>(
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
      lanes,
    );
    // Magnitudes have their top bit set where they overflow, clamped doubles all of their bits.
    if (counting || i32x4.bitmask(noticed) == 0) return counting;
    counting = true;
  }
}

/*
 * The usual sizes, with 24 fraction bits. Outputs of gates are within [0, 1] or [−1, 1], so that slopes are within
 * [0, 1]; then every product is below 2^55, and its rounded magnitude below 2^31.
 */
const ONE: i32 = 1 << 24;
/** Gradients are below this: 2. */
const USUAL_GRADIENT: i32 = 1 << 25;
/** States are below this: 32. */
const USUAL_STATE: i32 = 1 << 29;

/** The rounded magnitude of a product below 2^55 of two magnitudes. */
@inline
function product(a: v128, b: v128): v128 {
  const first = i64x2.extmul_low_i32x4_u(a, b);
  const second = i64x2.extmul_high_i32x4_u(a, b);
  return roundSmall<i32>(lowWords(first, second), highWords(first, second));
}

/** A magnitude with the sign of another number. */
@inline
function signedLike(magnitude: v128, other: v128): v128 {
  const sign = i32x4.shr_s(other, 31);
  return i32x4.sub(v128.xor(magnitude, sign), sign);
}

/** The gradient of a sum, from the slope of its activation and the gradient of that, with the sign of `like`. */
@inline
function storeGradient(slope: v128, g: v128, like: v128, dst: usize, copy: usize): void {
  const magnitude = product(slope, g);
  peak = i32x4.max_u(peak, magnitude);
  const gradient = signedLike(magnitude, like);
  storeDoubles(dst, gradient, 4);
  v128.store(copy, gradient);
}

/**
 * Four elements of the usual sizes, with 24 fraction bits; the arguments are those of `step`.
 *
 * @returns false where a value is not of its usual size, and nothing was done
 */
@inline
function quick(
  gates: usize,
  gateDistance: usize,
  previous: usize,
  squashed: usize,
  hGradient: usize,
  cGradient: usize,
  previousGradient: usize,
  sumsGradient: usize,
  copy: usize,
): bool {
  const one = i32x4.splat(ONE);

  // h = o∘y
  const dh0 = v128.load(hGradient);
  const dh1 = v128.load(hGradient, 16);
  const dh = integers(dh0, dh1);
  const dhMagnitude = i32x4.abs(dh);
  const y = v128.load(squashed);
  const o = v128.load(gates + 3 * gateDistance);

  // y = tanh(c)
  const slope = product(i32x4.add(one, y), i32x4.sub(one, y));
  const share = signedLike(product(slope, product(dhMagnitude, o)), dh);
  const dc0 = f64x2.add(v128.load(cGradient), firstDoubles(share));
  const dc1 = f64x2.add(v128.load(cGradient, 16), secondDoubles(share));

  const f = v128.load(gates);
  const i = v128.load(gates + gateDistance);
  const candidate = v128.load(gates + 2 * gateDistance);
  const before = v128.load(previous);
  const yMagnitude = i32x4.abs(y);
  const candidateMagnitude = i32x4.abs(candidate);
  const beforeMagnitude = i32x4.abs(before);
  // A gate that is negative is a great unsigned number.
  const outputs = i32x4.max_u(
    i32x4.max_u(i32x4.max_u(f, i), o),
    i32x4.max_u(yMagnitude, candidateMagnitude),
  );
  const gradients = f64x2.pmax(
    f64x2.pmax(f64x2.abs(dh0), f64x2.abs(dh1)),
    f64x2.pmax(f64x2.abs(dc0), f64x2.abs(dc1)),
  );
  const unusual = v128.or(
    v128.or(i32x4.gt_u(outputs, one), i32x4.gt_u(beforeMagnitude, i32x4.splat(USUAL_STATE - 1))),
    f64x2.gt(gradients, f64x2.splat(<f64>USUAL_GRADIENT)),
  );
  if (v128.any_true(unusual)) return false;

  // c = f∘previous + i∘candidate
  const dc = integers(dc0, dc1);
  const dcMagnitude = i32x4.abs(dc);
  if (previousGradient != 0) addToDoubles(previousGradient, signedLike(product(dcMagnitude, f), dc), 4);

  const gradientDistance = gateDistance << 1;
  storeGradient(
    product(f, i32x4.sub(one, f)),
    product(dcMagnitude, beforeMagnitude),
    v128.xor(dc, before),
    sumsGradient,
    copy,
  );
  storeGradient(
    product(i, i32x4.sub(one, i)),
    product(dcMagnitude, candidateMagnitude),
    v128.xor(dc, candidate),
    sumsGradient + gradientDistance,
    copy + gateDistance,
  );
  storeGradient(
    product(i32x4.add(one, candidate), i32x4.sub(one, candidate)),
    product(dcMagnitude, i),
    dc,
    sumsGradient + 2 * gradientDistance,
    copy + 2 * gateDistance,
  );
  storeGradient(
    product(o, i32x4.sub(one, o)),
    product(dhMagnitude, yMagnitude),
    v128.xor(dh, y),
    sumsGradient + 3 * gradientDistance,
    copy + 3 * gateDistance,
  );
  return true;
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
  for (let r = 0; r < rows; r++, column += width) {
    for (let i = column, end = column + columns; i < end; i += 4) {
      const int = <usize>i << 2;
      const double = <usize>i << 3;
      const ofPrevious = previousGradient == 0 ? <usize>0 : previousGradient + double;
      const lanes = min(end - i, 4);
      if (
        sizeof<F>() == 4 &&
        lanes == 4 &&
        quick(
          gates + int,
          gateDistance,
          previous + int,
          squashed + int,
          hGradient + double,
          cGradient + double,
          ofPrevious,
          sumsGradient + double,
          copy + int,
        )
      ) {
        continue;
      }
      const counts = careful<F>(
        gates + int,
        gateDistance,
        previous + int,
        squashed + int,
        hGradient + double,
        cGradient + double,
        ofPrevious,
        sumsGradient + double,
        copy + int,
        lanes,
      );
      counted = counted || counts;
    }
  }
  return counted;
}

/** The greatest magnitude among the gradients of sums that `cellGradient` set last. */
export function peakOfSums(): f64 {
  const pairs = i32x4.max_u(peak, v128.shuffle<i64>(peak, peak, 1, 1));
  return <f64>max<u32>(<u32>i32x4.extract_lane(pairs, 0), <u32>i32x4.extract_lane(pairs, 1));
}
