/** How many results were saturated, by the place where it happened (`lstm.gate.f`, `adam.m`). */
export interface OverflowLog {
  add(place: string, count: number): void;
  /** Of all places together, since the log was made. */
  readonly total: number;
  /** In the order of first occurrence; only places that overflowed. */
  readonly byPlace: ReadonlyMap<string, number>;
}

export function createOverflowLog(): OverflowLog {
  const byPlace = new Map<string, number>();
  let total = 0;
  return {
    add(place, count) {
      if (count === 0) return;
      total += count;
      byPlace.set(place, (byPlace.get(place) ?? 0) + count);
    },
    get total() {
      return total;
    },
    byPlace,
  };
}
