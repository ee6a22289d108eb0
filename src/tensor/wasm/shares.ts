/*
 * How the threads divide the columns. A core that has to serve others as well is slower for a while, and all wait
 * for the slowest: after each program the shares follow what was measured. The results are the same for any shares.
 */

/** Shares of the columns, one a thread; they add up to 1. */
export type Shares = readonly number[];

/** Gives the shares of the next program from those of the last one and the milliseconds that each thread worked. */
export type Balance = (shares: Shares, busy: readonly number[]) => Shares;

/** What the ends of shares are parts of. */
const WHOLE_SHARE = 2 ** 16;
/** Programs in which the threads work less than this (ms) on average say more about the clock than about the cores. */
const SHORTEST = 0.1;
/** What the clock can tell apart, in milliseconds. */
const CLOCK = 1e-3;
/** How far the shares move towards what the last program asks for: a single hiccup should not turn everything. */
const GAIN = 0.6;
/** No share is less than this part of an equal one: a thread that was held up once comes back. */
const LEAST = 0.4;

export function equalShares(threads: number): Shares {
  return Array.from({ length: threads }, () => 1 / threads);
}

/** For each thread the end of its share, as a part of 2^16, for the engine. */
export function shareEnds(shares: Shares): number[] {
  let end = 0;
  return shares.map((share) => Math.round((end += share) * WHOLE_SHARE));
}

/** Shares in proportion to the speeds at which the threads got through theirs. */
export const balanceShares: Balance = (shares, busy) => {
  const threads = shares.length;
  const total = busy.reduce((sum, time) => sum + time, 0);
  if (total < SHORTEST * threads) return shares;
  const speeds = shares.map((share, i) => share / Math.max(busy[i], CLOCK));
  const speed = speeds.reduce((sum, each) => sum + each, 0);
  const moved = shares.map((share, i) =>
    Math.max(LEAST / threads, share + GAIN * (speeds[i] / speed - share)),
  );
  const whole = moved.reduce((sum, share) => sum + share, 0);
  return moved.map((share) => share / whole);
};
