/*
 * Partial sums over some of the columns: 128 bits each, the lower and the upper word, until all are added and rounded.
 */

/** Bytes of a partial sum. */
export const PARTIAL: usize = 16;

/** Stores upper · 2^64 + lower, or adds it to what is there. */
@inline
export function storeWide(address: usize, lower: u64, upper: i64, adds: bool): void {
  if (adds) {
    const before = load<u64>(address);
    lower += before;
    upper += load<i64>(address, 8) + i64(lower < before);
  }
  store<u64>(address, lower);
  store<i64>(address, upper, 8);
}

@inline
export function storePartial(address: usize, sum: i64, adds: bool): void {
  storeWide(address, <u64>sum, sum >> 63, adds);
}
