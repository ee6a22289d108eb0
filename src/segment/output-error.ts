/** What the output can hold, and the mirror of functions that are folded. */
export interface OutputLimits {
  readonly min: number;
  readonly max: number;
  /** Where the kernel also serves sum − f for mirrored inputs: the raw sum, zero for odd functions. */
  readonly mirrorSum?: number;
}

export function clamp(value: number, { min, max }: OutputLimits): number {
  return value < min ? min : value > max ? max : value;
}

/**
 * |result − f| in ulps, both clamped to the output. Where the result also serves mirrored inputs, the
 * worse of both, f being clamped to what mirrored results can be: a format has one more negative number than
 * positive ones, and no polynomial is to blame for what its mirror image can't reach.
 */
export function outputError(result: number, scaled: number, limits: OutputLimits): number {
  const error = Math.abs(clamp(result, limits) - clamp(scaled, limits));
  if (limits.mirrorSum === undefined) return error;
  const mirrored = limits.mirrorSum - clamp(result, limits);
  const least = clamp(limits.mirrorSum - limits.max, limits);
  const wanted = Math.max(least, clamp(limits.mirrorSum - scaled, limits));
  return Math.max(error, Math.abs(clamp(mirrored, limits) - wanted));
}
