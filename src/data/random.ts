/** A stream of pseudo-random numbers that is the same on every machine: integers and exact divisions only. */
export interface RandomStream {
  /** A whole number from 0 to 2^32 − 1. */
  readonly word: () => number;
  /** A multiple of 2^-32 in [0, 1). */
  readonly unit: () => number;
  /** In [low, high), flat. */
  readonly between: (low: number, high: number) => number;
  /** In (−1, 1), bell-shaped: the mean of three flat numbers; standard deviation 1/3. */
  readonly bell: () => number;
  /** A whole number in [0, bound), for bounds up to 2^32; each is as likely up to bound / 2^32. */
  readonly below: (bound: number) => number;
}

/**
 * The generator xoshiro128** 1.1 (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", 2018),
 * its state filled from the seed by a Weyl sequence of step 0x9e3779b9 through the 32-bit finalizer of MurmurHash3.
 *
 * @param seed whole, 0 to 2^32 − 1
 */
export function createRandomStream(seed: number): RandomStream {
  const fill = (index: number): number => finalize((seed + Math.imul(index, 0x9e3779b9)) | 0);
  return randomStreamFrom([fill(1), fill(2), fill(3), fill(4)]);
}

/** The stream that continues from the generator's four words of state, not all 0. */
export function randomStreamFrom(state: readonly [number, number, number, number]): RandomStream {
  let [s0, s1, s2, s3] = state;

  const word = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return result;
  };
  const unit = (): number => word() / 2 ** 32;
  return Object.freeze({
    word,
    unit,
    between: (low, high) => low + (high - low) * unit(),
    bell: () => ((unit() + unit() + unit()) * 2) / 3 - 1,
    below: (bound) => Math.floor(unit() * bound),
  } satisfies RandomStream);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function finalize(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
