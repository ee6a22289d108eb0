import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';
import { directionOn } from './monotone.js';
import { localExpansion, shiftedPolynomial, type LocalExpansion } from './local-expansion.js';

/** The function, the formats and the clamp that results are judged against. */
export interface ReferenceSetting {
  readonly definition: FunctionDefinition;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
  /** What the output can hold; f is clamped to it before it is compared. */
  readonly min: number;
  readonly max: number;
}

/**
 * f · 2^n on a block of consecutive inputs: base + polynomial(s) with s = (x − center) / halfWidth,
 * within `margin` (in ulps) of the truth, then clamped. The base is an integer, so that a result can be
 * compared without losing bits.
 */
export interface ReferenceBlock {
  readonly first: number;
  readonly size: number;
  readonly base: number;
  readonly center: number;
  readonly inverseHalfWidth: number;
  /** Of powers of s, lowest first: DEGREE + 1 of them. */
  readonly coefficients: Float64Array;
  readonly margin: number;
  /** Whether a result's error by the block is f's own, with nothing lost: see `LocalExpansion`. */
  readonly exact?: boolean;
  /** 1 where f is known not to fall from any input of the block to the next (or past it), −1 not to rise, else 0. */
  readonly direction: Direction;
}

export type Direction = 1 | -1 | 0;

export const DEGREE = 5;
/** Blocks are aligned to this many inputs, so that they don't depend on how work is divided. */
export const LARGEST_BLOCK = 2 ** 20;
/** Blocks whose reference would be worse than this, in ulps, are halved. */
export const WIDEST_MARGIN = 2 ** -24;
/** Up to this many inputs, an expansion costs more than multiple precision at each of them. */
export const SMALLEST_EXPANSION = 8;
/** Bits beyond the output's fraction at which f is evaluated. */
const EXTRA_BITS = 48;

/**
 * f · 2^n at one input by multiple precision, unclamped, within 2^-40 ulp.
 *
 * @throws RangeError where f has no value
 */
export function exactScaled(setting: ReferenceSetting, x: number): { floor: bigint; fraction: number } {
  const scaled = scaledAt(setting, x);
  if (scaled === undefined) {
    throw new RangeError(`${setting.definition.name} has no value at ${x * 2 ** -setting.inputFracBits}`);
  }
  return scaled;
}

function scaledAt(setting: ReferenceSetting, x: number): { floor: bigint; fraction: number } | undefined {
  const bits = setting.outputFracBits + EXTRA_BITS;
  const value = setting.definition.exact(dyadic(x, setting.inputFracBits), bits);
  if (value === undefined) return undefined;
  const floor = value >> BigInt(EXTRA_BITS);
  return { floor, fraction: Number(value - (floor << BigInt(EXTRA_BITS))) * 2 ** -EXTRA_BITS };
}

/** output − f(x) · 2^n in ulps, f clamped to the format, by multiple precision, within 2^-40. */
export function exactDifference(setting: ReferenceSetting, x: number, output: number): number {
  const { floor, fraction } = exactScaled(setting, x);
  if (floor >= BigInt(setting.max)) return output - setting.max;
  if (floor < BigInt(setting.min)) return output - setting.min;
  return output - Number(floor) - fraction;
}

/** The magnitude of `exactDifference`. */
export function exactError(setting: ReferenceSetting, x: number, output: number): number {
  return Math.abs(exactDifference(setting, x, output));
}

/** f · 2^n at one input as a double, clamped to what the output can hold. */
export function scaledReference(setting: ReferenceSetting, x: number): number {
  const { floor, fraction } = exactScaled(setting, x);
  if (floor >= BigInt(setting.max)) return setting.max;
  if (floor < BigInt(setting.min)) return setting.min;
  return Number(floor) + fraction;
}

/**
 * Calls `visit` for blocks that cover those of the inputs from … to at which f has a value, in order. The
 * blocks are parts of the aligned block of `size` inputs at `first`, whatever part of it is asked for.
 */
export function referenceBlocks(
  setting: ReferenceSetting,
  first: number,
  size: number,
  from: number,
  to: number,
  visit: (block: ReferenceBlock) => void,
): void {
  if (first > to || first + size <= from || isOutsideDomain(setting, first, size)) return;
  if (size === 1) {
    const block = singleInput(setting, first);
    if (block) visit(block);
    return;
  }
  const saturated = size > SMALLEST_EXPANSION ? saturatedBlock(setting, first, size) : undefined;
  if (saturated) {
    visit(saturated);
    return;
  }
  const expansion =
    size > SMALLEST_EXPANSION && !hasBreakInside(setting, first, size)
      ? localExpansion(setting, first, size)
      : undefined;
  if (expansion) {
    const whole = directionOn(setting, first, first + size, 0);
    expandedBlocks(setting, expansion, whole, first, size, from, to, visit);
    return;
  }
  referenceBlocks(setting, first, size / 2, from, to, visit);
  referenceBlocks(setting, first + size / 2, size / 2, from, to, visit);
}

/**
 * Blocks of one expansion, halved until the terms that a block leaves out are within the margin.
 *
 * @param whole the direction of f on all of the expansion, where it has one
 */
function expandedBlocks(
  setting: ReferenceSetting,
  expansion: LocalExpansion,
  whole: Direction | undefined,
  first: number,
  size: number,
  from: number,
  to: number,
  visit: (block: ReferenceBlock) => void,
): void {
  if (first > to || first + size <= from) return;
  const polynomial = shiftedPolynomial(expansion, first, size);
  if (polynomial.margin <= WIDEST_MARGIN) {
    const center = first + size / 2;
    const direction = whole ?? directionOn(setting, first, first + size, 0) ?? 0;
    visit({ first, size, center, inverseHalfWidth: 2 / size, direction, ...polynomial });
    return;
  }
  expandedBlocks(setting, expansion, whole, first, size / 2, from, to, visit);
  expandedBlocks(setting, expansion, whole, first + size / 2, size / 2, from, to, visit);
}

/** Whether nothing of f on a block is clamped to what the output holds. */
export function isHeld(
  { min, max }: ReferenceSetting,
  { base, coefficients, margin }: ReferenceBlock,
): boolean {
  const [value, ...others] = coefficients;
  const reach = others.reduce((sum, c) => sum + Math.abs(c), margin);
  return base + value - reach > min && base + value + reach < max;
}

function isOutsideDomain(setting: ReferenceSetting, first: number, size: number): boolean {
  const unit = 2 ** -setting.inputFracBits;
  const [lo, hi] = [first * unit, (first + size - 1) * unit];
  return setting.definition.domain.every(({ from, to }) => hi < from || lo > to);
}

/** Where f is known not to be analytic, no expansion needs to be tried. */
function hasBreakInside(
  { definition, inputFracBits }: ReferenceSetting,
  first: number,
  size: number,
): boolean {
  const unit = 2 ** -inputFracBits;
  const [lo, hi] = [first * unit, (first + size) * unit];
  const isInside = (x: number): boolean => x > lo && x < hi;
  return (
    definition.breaks.some(isInside) ||
    definition.domain.some(({ from, to }) => isInside(from) || isInside(to))
  );
}

function singleInput(setting: ReferenceSetting, x: number): ReferenceBlock | undefined {
  const scaled = scaledAt(setting, x);
  if (!scaled) return undefined;
  const { floor, fraction } = scaled;
  const base = Math.min(Math.max(Number(floor), setting.min), setting.max);
  const coefficients = new Float64Array(DEGREE + 1);
  // The fraction stays apart: beside a large base, a double would lose its last bits.
  coefficients[0] = BigInt(base) === floor ? fraction : 0;
  return {
    first: x,
    size: 1,
    base,
    center: x,
    inverseHalfWidth: 1,
    coefficients,
    margin: 2 ** -40,
    direction: 0,
  };
}

/** All of a block is clamped to one side where the range of f over it lies beyond what the output holds. */
function saturatedBlock(setting: ReferenceSetting, first: number, size: number): ReferenceBlock | undefined {
  const { definition, inputFracBits, outputFracBits, min, max } = setting;
  const estimate = definition.evaluate((first + size / 2) * 2 ** -inputFracBits) * 2 ** outputFracBits;
  if (estimate > min && estimate < max) return undefined;
  const center = dyadic(2 * first + size, inputFracBits + 1);
  const range = definition.expand(center, dyadic(size, inputFracBits + 1), 0, outputFracBits)?.[0];
  if (!range) return undefined;
  const base = range.lo >= BigInt(max) ? max : range.hi <= BigInt(min) ? min : undefined;
  if (base === undefined) return undefined;
  return {
    first,
    size,
    base,
    center: first,
    inverseHalfWidth: 0,
    coefficients: new Float64Array(DEGREE + 1),
    margin: 2 ** -40,
    direction: directionOn(setting, first, first + size, 0) ?? 0,
  };
}
