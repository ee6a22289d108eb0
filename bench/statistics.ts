export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs contestants in turn, so that what else the machine does falls on all alike; medians of seconds. */
export function interleaved(contestants: readonly (() => void)[], rounds: number, warmUp = 2): number[] {
  const seconds: number[][] = contestants.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    contestants.forEach((run, i) => {
      const start = performance.now();
      run();
      if (round >= warmUp) seconds[i].push((performance.now() - start) / 1000);
    });
  }
  return seconds.map(median);
}
