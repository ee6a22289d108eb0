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

/** A format has that many more negative numbers than positive ones. */
const ASYMMETRY = 1;

/**
 * |result − f| in ulps, both clamped to the output. Where the result also serves mirrored inputs, the
 * worse of both; that the least number of a format is the mirror of none is no polynomial's error.
 */
export function outputError(result: number, scaled: number, limits: OutputLimits): number {
  const error = Math.abs(clamp(result, limits) - clamp(scaled, limits));
  if (limits.mirrorSum === undefined) return error;
  const mirrored = clamp(limits.mirrorSum - clamp(result, limits), limits);
  const value = clamp(limits.mirrorSum - scaled, limits);
  const least = clamp(limits.mirrorSum - limits.max, limits);
  const isLeast = mirrored === least && value < least && least - value <= ASYMMETRY;
  return isLeast ? error : Math.max(error, Math.abs(mirrored - value));
}
