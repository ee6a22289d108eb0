/** Uniform integers of 32 bits. */
export type RandomWords = () => number;

/**
 * A stream of the generator sfc32 (Doty-Humphrey, PractRand). It uses int32 arithmetic only, so every engine
 * gives the same numbers.
 *
 * @param seed uint32
 * @param stream uint32: streams of one seed are independent for all practical purposes
 */
export function createRandomWords(seed: number, stream: number): RandomWords {
  let a = seed | 0;
  let b = stream | 0;
  let c = 0x9e3779b9 | 0; // keeps the state away from zero
  let counter = 1;
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 20; i++) next(); // mixes the seed into all of the state
  return next;
}

/** A uniform integer from 0 to bound − 1, without bias: words beyond the last multiple of `bound` are dropped. */
export function uniformBelow(random: RandomWords, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = random();
    if (word < limit) return word % bound;
  }
}

/**
 * A normal deviate with mean 0 and variance 1, as the sum of twelve uniform ones less six (Irwin–Hall): close
 * to the normal distribution within ±3, never beyond ±6. Sums of integers are exact, while `Math.log` and
 * `Math.cos`, on which the usual transforms rest, may differ between engines.
 */
export function normalDeviate(random: RandomWords): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += random();
  return (sum + 6) / 2 ** 32 - 6; // + 6: each word stands for the middle of its interval, word + ½
}

/** The numbers 0 to count − 1 in random order (Fisher–Yates). */
export function randomPermutation(random: RandomWords, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformBelow(random, i + 1);
    const moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
  return order;
}
