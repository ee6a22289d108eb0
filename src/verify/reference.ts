import { inverse, Matrix } from 'ml-matrix';
import type { FunctionDefinition } from '../function/definition.js';
import { dyadic } from '../function/dyadic.js';

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
}

export const DEGREE = 5;
/** Blocks are aligned to this many inputs, so that they don't depend on how work is divided. */
export const LARGEST_BLOCK = 2 ** 16;
/** Blocks whose reference would be worse than this, in ulps, are halved. */
const WIDEST_MARGIN = 2 ** -24;
/** Bits beyond the output's fraction at which f is evaluated. */
const EXTRA_BITS = 48;

/** Chebyshev nodes of [−1, 1] as multiples of 2^-20, so that the inputs at the nodes are exact. */
const NODE_BITS = 20;
const NODES = Array.from({ length: DEGREE + 1 }, (_, j) =>
  Math.round(Math.cos(((2 * j + 1) * Math.PI) / (2 * (DEGREE + 1))) * 2 ** NODE_BITS),
);
/** Values at the nodes to coefficients of powers. */
const INTERPOLATION = inverse(
  new Matrix(NODES.map((node) => Array.from({ length: DEGREE + 1 }, (_, k) => (node / 2 ** NODE_BITS) ** k))),
).to2DArray();
/**
 * Doubles: interpolation amplifies the nodes' rounding by the sum of a row (below 40), evaluation adds
 * DEGREE more; both are relative to the largest residual. 2^-53 · 2^6 with room to spare.
 */
const DOUBLE_ERROR = 2 ** -45;

/** f · 2^n at one input by multiple precision, unclamped, within 2^-40 ulp. */
export function exactScaled(setting: ReferenceSetting, x: number): { floor: bigint; fraction: number } {
  const bits = setting.outputFracBits + EXTRA_BITS;
  return splitFixed(setting.definition.exact(dyadic(x, setting.inputFracBits), bits));
}

function splitFixed(value: bigint): { floor: bigint; fraction: number } {
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
 * Calls `visit` for blocks that cover the inputs from … to, in order. The blocks are parts of the aligned
 * block of `size` inputs at `first`, whatever part of it is asked for.
 */
export function referenceBlocks(
  setting: ReferenceSetting,
  first: number,
  size: number,
  from: number,
  to: number,
  visit: (block: ReferenceBlock) => void,
): void {
  if (first > to || first + size <= from) return;
  const block = size === 1 ? singleInput(setting, first) : tryBlock(setting, first, size);
  if (block) {
    visit(block);
    return;
  }
  referenceBlocks(setting, first, size / 2, from, to, visit);
  referenceBlocks(setting, first + size / 2, size / 2, from, to, visit);
}

function singleInput(setting: ReferenceSetting, x: number): ReferenceBlock {
  const { floor, fraction } = exactScaled(setting, x);
  const base = Math.min(Math.max(Number(floor), setting.min), setting.max);
  const coefficients = new Float64Array(DEGREE + 1);
  // The fraction stays apart: beside a large base, a double would lose its last bits.
  coefficients[0] = BigInt(base) === floor ? fraction : 0;
  return { first: x, size: 1, base, center: x, inverseHalfWidth: 1, coefficients, margin: 2 ** -40 };
}

function tryBlock(setting: ReferenceSetting, first: number, size: number): ReferenceBlock | undefined {
  const { definition, inputFracBits, outputFracBits } = setting;
  const unit = 2 ** -inputFracBits;
  const center = first + size / 2;
  const halfWidth = (size / 2) * unit;
  if (definition.domain === 'positive' && first <= 0) return undefined;
  const saturated = saturatedBlock(setting, first, size);
  if (saturated) return saturated;
  const { radius, bound } = definition.analytic(center * unit);
  if (!(halfWidth < radius / 4)) return undefined;
  // Cauchy: |f^(m)| / m! ≤ bound / (radius − halfWidth)^m on the block; the node polynomial is at most
  // 2 · (halfWidth / 2)^m, doubled for the nodes' own rounding.
  const m = DEGREE + 1;
  const truncation = 4 * bound * (halfWidth / 2 / (radius - halfWidth)) ** m * 2 ** outputFracBits;
  if (truncation > WIDEST_MARGIN / 2) return undefined;

  const bits = outputFracBits + EXTRA_BITS;
  const values = NODES.map((node) => {
    const x = BigInt(center) * 2n ** BigInt(NODE_BITS) + (BigInt(node) * BigInt(size)) / 2n;
    return definition.exact(dyadic(x, inputFracBits + NODE_BITS), bits);
  });
  const base = values[DEGREE >> 1] >> BigInt(EXTRA_BITS);
  const residuals = values.map((value) => {
    const { floor, fraction } = splitFixed(value);
    return Number(floor - base) + fraction;
  });
  const largest = Math.max(1, ...residuals.map(Math.abs));
  const margin = truncation + largest * DOUBLE_ERROR;
  if (margin > WIDEST_MARGIN) return undefined;
  const coefficients = Float64Array.from(INTERPOLATION, (row) =>
    row.reduce((sum, weight, j) => sum + weight * residuals[j], 0),
  );
  return { first, size, base: Number(base), center, inverseHalfWidth: 2 / size, coefficients, margin };
}

/** f is monotone: where both ends of a block are clamped to one side, all of it is. */
function saturatedBlock(setting: ReferenceSetting, first: number, size: number): ReferenceBlock | undefined {
  const estimate =
    setting.definition.evaluate(first * 2 ** -setting.inputFracBits) * 2 ** setting.outputFracBits;
  if (estimate > setting.min && estimate < setting.max * 0.999) return undefined;
  const ends = [scaledReference(setting, first), scaledReference(setting, first + size - 1)];
  if (ends[0] !== ends[1] || (ends[0] !== setting.min && ends[0] !== setting.max)) return undefined;
  const coefficients = new Float64Array(DEGREE + 1);
  return { first, size, base: ends[0], center: first, inverseHalfWidth: 0, coefficients, margin: 2 ** -40 };
}
