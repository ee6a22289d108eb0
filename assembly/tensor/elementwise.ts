import { Opcode } from '../../src/tensor/wasm/opcodes';
import { firstLanes, loadLanes, storeLanes } from './lanes';
import { LIMIT, overflowOf, roundProduct, signOfProduct, sumOfLanes, withSign, zero } from './rounding';

/*
 * Operations on int32 elements. Each gives the number of results that it clamped; destinations may be operands.
 */

/** Clamps and stores sums; `wrapped` is negative where they left int32, with a sign of `sign`. */
@inline
function storeSum(dst: usize, sum: v128, wrapped: v128, sign: v128, count: i32): v128 {
  const left = i32x4.shr_s(wrapped, 31);
  const limit = v128.xor(i32x4.splat(LIMIT), sign); // 2^31 − 1 or −2^31
  const nearest = v128.bitselect(limit, sum, left);
  storeLanes(dst, i32x4.max_s(nearest, i32x4.splat(-LIMIT)), count);
  return i32x4.neg(v128.or(left, i32x4.eq(sum, i32x4.splat(i32.MIN_VALUE))));
}

@inline
function step<F>(op: i32, dst: usize, a: usize, b: usize, constant: v128, count: i32): v128 {
  const x = loadLanes(a, count);
  const y = op == Opcode.AddConstant || op == Opcode.Scale ? firstLanes(constant, count) : loadLanes(b, count);
  if (op == Opcode.Multiply || op == Opcode.Scale) {
    const magnitude = roundProduct<F>(x, y);
    storeLanes(dst, withSign(magnitude, signOfProduct(x, y)), count);
    return overflowOf(magnitude);
  }
  const sign = i32x4.shr_s(x, 31); // where a sum wraps, both terms have the sign of the exact one
  if (op == Opcode.Subtract) {
    const difference = i32x4.sub(x, y);
    const wrapped = v128.and(v128.xor(x, y), v128.xor(x, difference));
    return storeSum(dst, difference, wrapped, sign, count);
  }
  const sum = i32x4.add(x, y);
  return storeSum(dst, sum, v128.and(v128.xor(x, sum), v128.xor(y, sum)), sign, count);
}

@inline
function sweep<F>(op: i32, dst: usize, a: usize, b: usize, constant: i32, length: i32): i32 {
  const operand = i32x4.splat(constant);
  let overflows = zero();
  for (; length >= 4; length -= 4) {
    overflows = i32x4.add(overflows, step<F>(op, dst, a, b, operand, 4));
    dst += 16;
    a += 16;
    b += 16;
  }
  if (length > 0) overflows = i32x4.add(overflows, step<F>(op, dst, a, b, operand, length));
  return sumOfLanes(overflows);
}

export function add(dst: usize, a: usize, b: usize, length: i32): i32 {
  return sweep<i32>(Opcode.Add, dst, a, b, 0, length);
}

export function subtract(dst: usize, a: usize, b: usize, length: i32): i32 {
  return sweep<i32>(Opcode.Subtract, dst, a, b, 0, length);
}

export function addConstant(dst: usize, a: usize, constant: i32, length: i32): i32 {
  return sweep<i32>(Opcode.AddConstant, dst, a, 0, constant, length);
}

export function multiply<F>(dst: usize, a: usize, b: usize, length: i32): i32 {
  return sweep<F>(Opcode.Multiply, dst, a, b, 0, length);
}

export function scale<F>(dst: usize, a: usize, factor: i32, length: i32): i32 {
  return sweep<F>(Opcode.Scale, dst, a, 0, factor, length);
}

/** dst[0] = the exact sum of all elements, clamped. */
export function sum(dst: usize, src: usize, length: i32): i32 {
  let total: i64 = 0;
  for (let i = 0; i < length; i++) total += load<i32>(src + (i << 2));
  const clamped = min<i64>(max<i64>(total, -LIMIT), LIMIT);
  store<i32>(dst, <i32>clamped);
  return i32(clamped != total);
}

/** The greatest magnitude in rows that lie `stride` bytes apart. */
export function peakMagnitude(address: usize, rows: i32, stride: usize, columns: i32): u32 {
  let peak = zero();
  for (; rows > 0; rows--) {
    let at = address;
    let left = columns;
    for (; left >= 4; left -= 4) {
      peak = i32x4.max_u(peak, i32x4.abs(v128.load(at)));
      at += 16;
    }
    if (left > 0) peak = i32x4.max_u(peak, i32x4.abs(loadLanes(at, left)));
    address += stride;
  }
  const halves = i32x4.max_u(peak, v128.shuffle<i64>(peak, peak, 1, 0));
  return max<u32>(i32x4.extract_lane(halves, 0), i32x4.extract_lane(halves, 1));
}
