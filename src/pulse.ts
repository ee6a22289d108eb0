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
