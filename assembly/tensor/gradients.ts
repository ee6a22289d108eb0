import { Opcode } from '../../src/tensor/wasm/opcodes';
import { addToDoubles, loadLanes } from './lanes';
import {
  LIMIT,
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
 * Gradients are integers in doubles. An operation that uses one reads a copy of it as int32, which was made
 * when it was settled.
 */

/** A double this large has no fraction bits: adding an integer below 2^51 leaves it in the low bits. */
const INTEGER_BITS: f64 = 6755399441055744;

/** copy = gradient as int32, where none exceeds 2^31 − 1 in magnitude. Gives the greatest magnitude. */
export function loadGradient(copy: usize, gradient: usize, length: i32): f64 {
  const shift = f64x2.splat(INTEGER_BITS);
  let peak = zero();
  for (; length >= 4; length -= 4) {
    const first = v128.load(gradient);
    const second = v128.load(gradient, 16);
    peak = f64x2.pmax(peak, f64x2.pmax(f64x2.abs(first), f64x2.abs(second)));
    const integers = v128.shuffle<i32>(f64x2.add(first, shift), f64x2.add(second, shift), 0, 2, 4, 6);
    v128.store(copy, integers);
    copy += 16;
    gradient += 32;
  }
  let result = Math.max(f64x2.extract_lane(peak, 0), f64x2.extract_lane(peak, 1));
  for (; length > 0; length--) {
    const value = load<f64>(gradient);
    result = Math.max(result, Math.abs(value));
    store<i32>(copy, <i32>value);
    copy += 4;
    gradient += 8;
  }
  return result;
}

/** Clamps a gradient in place and writes its copy. */
export function clampGradient(copy: usize, gradient: usize, length: i32): i32 {
  let overflows = 0;
  for (let i = 0; i < length; i++) {
    const value = load<f64>(gradient + (i << 3));
    const clamped = Math.min(Math.max(value, -LIMIT), LIMIT);
    if (clamped != value) {
      overflows++;
      store<f64>(gradient + (i << 3), clamped);
    }
    store<i32>(copy + (i << 2), <i32>clamped);
  }
  return overflows;
}

export function clear(gradient: usize, length: i32): void {
  for (; length >= 2; length -= 2) {
    v128.store(gradient, zero());
    gradient += 16;
  }
  if (length > 0) store<f64>(gradient, 0);
}

/** dst += factor · g, both doubles; the factor is 1 or −1. */
export function accumulate(dst: usize, g: usize, factor: f64, length: i32): void {
  const sign = f64x2.splat(factor);
  for (; length >= 2; length -= 2) {
    v128.store(dst, f64x2.add(v128.load(dst), f64x2.mul(sign, v128.load(g))));
    dst += 16;
    g += 16;
  }
  if (length > 0) store<f64>(dst, load<f64>(dst) + factor * load<f64>(g));
}

@inline
function step<F>(op: i32, dst: usize, a: usize, b: usize, constant: v128, count: i32): v128 {
  const x = loadLanes(a, count);
  const y = loadLanes(b, count);
  if (op == Opcode.AccumulateErrorShare) {
    const actual = roundProduct<F>(x, constant);
    const wanted = roundProduct<F>(y, constant);
    addToDoubles(dst, withSign(actual, signOfProduct(x, constant)), count);
    addToDoubles(dst, i32x4.neg(withSign(wanted, signOfProduct(y, constant))), count);
    return i32x4.add(overflowOf(actual), overflowOf(wanted));
  }
  if (op == Opcode.AccumulateProduct) {
    const magnitude = roundProduct<F>(x, y);
    addToDoubles(dst, withSign(magnitude, signOfProduct(x, y)), count);
    return overflowOf(magnitude);
  }
  const left = op == Opcode.AccumulateSigmoid ? y : onePlus<F>(y);
  const right = oneMinus<F>(y);
  const slopeMagnitude = roundProduct<F>(left, right);
  const slope = withSign(slopeMagnitude, signOfProduct(left, right));
  const magnitude = roundProduct<F>(slope, x);
  addToDoubles(dst, withSign(magnitude, signOfProduct(slope, x)), count);
  return i32x4.add(overflowOf(slopeMagnitude), overflowOf(magnitude));
}

@inline
function sweep<F>(op: i32, dst: usize, a: usize, b: usize, constant: i32, length: i32): i32 {
  const operand = i32x4.splat(constant);
  let overflows = zero();
  for (; length >= 4; length -= 4) {
    overflows = i32x4.add(overflows, step<F>(op, dst, a, b, operand, 4));
    dst += 32;
    a += 16;
    b += 16;
  }
  if (length > 0) overflows = i32x4.add(overflows, step<F>(op, dst, a, b, operand, length));
  return sumOfLanes(overflows);
}

/** dst += g∘other, g being int32. */
export function accumulateProduct<F>(dst: usize, g: usize, other: usize, length: i32): i32 {
  return sweep<F>(Opcode.AccumulateProduct, dst, g, other, 0, length);
}

/** dst += y∘(1 − y)∘g. */
export function accumulateSigmoid<F>(dst: usize, g: usize, y: usize, length: i32): i32 {
  return sweep<F>(Opcode.AccumulateSigmoid, dst, g, y, 0, length);
}

/** dst += (1 − y∘y)∘g. */
export function accumulateTanh<F>(dst: usize, g: usize, y: usize, length: i32): i32 {
  return sweep<F>(Opcode.AccumulateTanh, dst, g, y, 0, length);
}

/** dst += y · share − target · share. */
export function accumulateErrorShare<F>(
  dst: usize,
  y: usize,
  target: usize,
  share: i32,
  length: i32,
): i32 {
  return sweep<F>(Opcode.AccumulateErrorShare, dst, y, target, share, length);
}
