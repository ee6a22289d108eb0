/*
 * Where threads wait for each other: the number that has arrived, and a generation that goes up when all have.
 * Waiting spins first, for about as long as the first thread takes between two programs of a training step, as waking
 * a thread that sleeps takes longer than that; then it sleeps.
 */

const GENERATION: usize = 4;
/** Not zero where a thread has failed and nobody should wait for it. */
const FAILED: usize = 8;

const SPINS: i32 = 200000;
const SECOND: i64 = 1000000000;
/** A process that was suspended misses one wait at most, a dead thread all of them. */
const PATIENCE: i32 = 20;

/** @returns false where a thread has failed, or has not arrived for a very long time */
export function arrive(barrier: usize, threads: i32): bool {
  const generation = atomic.load<i32>(barrier + GENERATION);
  if (atomic.add<i32>(barrier, 1) == threads - 1) {
    atomic.store<i32>(barrier, 0);
    atomic.add<i32>(barrier + GENERATION, 1);
    atomic.notify(barrier + GENERATION, -1);
    return atomic.load<i32>(barrier + FAILED) == 0;
  }
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(barrier + GENERATION) != generation) break;
  }
  for (let seconds = 0; atomic.load<i32>(barrier + GENERATION) == generation; seconds++) {
    if (seconds == PATIENCE || atomic.load<i32>(barrier + FAILED) != 0) return false;
    atomic.wait<i32>(barrier + GENERATION, generation, SECOND);
  }
  return atomic.load<i32>(barrier + FAILED) == 0;
}

/** Waits until the word at an address is no longer `seen`. */
export function waitForChange(address: usize, seen: i32): void {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(address) != seen) return;
  }
  while (atomic.load<i32>(address) == seen) atomic.wait<i32>(address, seen, -1);
}
