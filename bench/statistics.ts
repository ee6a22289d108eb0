/** Of several runs. The minimum says what the program can do, the median what one may expect on this machine. */
export interface Timing {
  readonly median: number;
  readonly minimum: number;
}

/** How often one timing goes into another: of the medians, and of the least times, as on an idle machine. */
export interface Ratio {
  readonly median: number;
  readonly least: number;
}

export function ratio(a: Timing, b: Timing): Ratio {
  return { median: a.median / b.median, least: a.minimum / b.minimum };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function timing(values: readonly number[]): Timing {
  return { median: median(values), minimum: Math.min(...values) };
}

/** Runs once and gives the seconds that it took. */
export type Measured = () => number | Promise<number>;

export function measured(run: () => void): Measured {
  return () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  };
}

/**
 * Runs contestants in turn, so that what else the machine does falls on all alike.
 *
 * @param warmUp rounds that are not counted: until then loops are not yet compiled
 * @returns a timing for each, in seconds
 */
export async function interleaved(
  contestants: readonly Measured[],
  rounds: number,
  warmUp = 2,
): Promise<readonly Timing[]> {
  const seconds: number[][] = contestants.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [i, run] of contestants.entries()) {
      const elapsed = await run();
      if (round >= warmUp) seconds[i].push(elapsed);
    }
  }
  return seconds.map(timing);
}
