/** What a kernel must reach, at every input; every part that is given must hold. */
export interface ErrorTarget {
  /** |raw result − f(x) · 2^n|, in ulps of the output. */
  readonly ulp?: number;
  /** |result − f(x)|, as a value. */
  readonly error?: number;
  /** |result − f(x)| / |f(x)|. */
  readonly relative?: number;
}

/**
 * The error, in ulps, that a target allows where f(x) · 2^n is `scaled`.
 *
 * @param mirrorSum where the result also serves mirrored inputs, whose value is mirrorSum − scaled
 */
export function allowedUlp(
  target: ErrorTarget,
  scaled: number,
  outputFracBits: number,
  mirrorSum = 0,
): number {
  const absolute = absoluteUlp(target, outputFracBits);
  if (target.relative === undefined) return absolute;
  return Math.min(absolute, target.relative * Math.min(Math.abs(scaled), Math.abs(mirrorSum - scaled)));
}

/** Error by allowance: at most 1 where a target holds. No error is always allowed. */
export function errorRatio(ulp: number, allowed: number): number {
  return ulp === 0 ? 0 : ulp / allowed;
}

/** The part of a target that is the same at every input, in ulps of the output. */
export function absoluteUlp(target: ErrorTarget, outputFracBits: number): number {
  return Math.min(target.ulp ?? Infinity, (target.error ?? Infinity) * 2 ** outputFracBits);
}

export function describeTarget(target: ErrorTarget): string {
  const parts = [
    target.ulp === undefined ? '' : `${target.ulp} ulp`,
    target.error === undefined ? '' : `error ${target.error}`,
    target.relative === undefined ? '' : `relative error ${target.relative}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** A target whose relative part leaves room for a rounding; the least one where it leaves none, which no plan meets. */
export function lessRounding(target: ErrorTarget, rounding: number): ErrorTarget {
  if (target.relative === undefined) return target;
  return { ...target, relative: Math.max(target.relative - rounding, Number.MIN_VALUE) };
}
