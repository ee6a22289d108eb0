let listener: () => void = () => {};

/**
 * Called now and then by computations that take long and hold their thread: each polynomial that is fitted, each plan
 * that is compared. Costs next to nothing where nobody listens.
 */
export function pulse(): void {
  listener();
}

/** Listens to the pulses of this thread, instead of who did; gives back what stops that. */
export function onPulse(listen: () => void): () => void {
  const before = listener;
  listener = listen;
  return () => {
    listener = before;
  };
}

/** What ends a computation that was given so many pulses. */
class OutOfPulses extends Error {}

/**
 * Runs something for at most so many pulses of this thread: a limit that, unlike one of time, ends at the same place
 * on every machine.
 *
 * @returns undefined where it did not come to an end
 */
export function withinPulses<T>(most: number, work: () => T): T | undefined {
  let count = 0;
  const before = listener;
  const end = onPulse(() => {
    before();
    if (++count > most) throw new OutOfPulses(`more than ${most} pulses`);
  });
  try {
    return work();
  } catch (error) {
    if (error instanceof OutOfPulses) return undefined;
    throw error;
  } finally {
    end();
  }
}
