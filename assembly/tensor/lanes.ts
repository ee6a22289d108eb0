/*
 * Four elements, or the one to three that are left at the end of a row. Missing lanes are read as zeros, on
 * which no operation overflows, and are not written. With a constant count of 4 these are single instructions.
 */

@inline
export function loadLanes(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address);
  if (count == 1) return v128.load32_zero(address);
  const pair = v128.load64_zero(address);
  return count == 2 ? pair : v128.load_lane<i32>(address + 8, pair, 2);
}

/** A value whose missing lanes are zero. */
@inline
export function firstLanes(value: v128, count: i32): v128 {
  if (count >= 4) return value;
  return v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

@inline
export function storeLanes(address: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(address, value);
  } else if (count == 1) {
    v128.store_lane<i32>(address, value, 0);
  } else {
    v128.store_lane<i64>(address, value, 0);
    if (count == 3) v128.store_lane<i32>(address + 8, value, 2);
  }
}

/** The first two of up to four doubles. */
@inline
export function loadFirst(address: usize, count: i32): v128 {
  return count >= 2 ? v128.load(address) : v128.load64_zero(address);
}

/** The last two of up to four doubles, `address` being that of the first. */
@inline
export function loadSecond(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address + 16);
  return count == 3 ? v128.load64_zero(address + 16) : f64x2.splat(0);
}

@inline
export function storeFirst(address: usize, value: v128, count: i32): void {
  if (count >= 2) v128.store(address, value);
  else v128.store_lane<i64>(address, value, 0);
}

@inline
export function storeSecond(address: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(address + 16, value);
  else if (count == 3) v128.store_lane<i64>(address + 16, value, 0);
}

/** The first two int32 lanes as doubles. */
@inline
export function firstDoubles(lanes: v128): v128 {
  return f64x2.convert_low_i32x4_s(lanes);
}

/** The last two int32 lanes as doubles. */
@inline
export function secondDoubles(lanes: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i64>(lanes, lanes, 1, 1));
}

/** Adds int32 lanes to doubles in memory. */
@inline
export function addToDoubles(address: usize, lanes: v128, count: i32): void {
  const first = firstDoubles(lanes);
  const second = secondDoubles(lanes);
  storeFirst(address, f64x2.add(loadFirst(address, count), first), count);
  storeSecond(address, f64x2.add(loadSecond(address, count), second), count);
}
