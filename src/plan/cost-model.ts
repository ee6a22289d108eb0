import { planCost } from './cost.js';
import type { KernelPlan } from './plan.js';

/**
 * What a plan is chosen for.
 * - `software`: tables in memory first, then the operations of machine words;
 * - `speed`: the operations first, then the tables;
 * - `hardware`: bits of ROM and the area of multipliers;
 * - `mpc`: secret comparisons and AND gates.
 */
export const COST_MODELS = ['software', 'speed', 'hardware', 'mpc'] as const;
export type CostModel = (typeof COST_MODELS)[number];

/*
 * The weights below are heuristics: they decide which of several plans that all meet the target is taken, and
 * nothing else.
 */

/** Bytes of table that are as good as an operation of its kind. */
const WORD_PRODUCT = 12;
const DOUBLE_PRODUCT = 16;
const WIDE_PRODUCT = 200;
const MAP_LOOKUP = 6;
const COMPARISON = 28;

/** Bits up to which a product is one operation: of a 32-bit word, and of a double or a 64-bit word. */
const WORD_BITS = 32;
const DOUBLE_BITS = 53;

/** A number that is less for the cheaper of two plans. */
export function costOf(plan: KernelPlan, model: CostModel): number {
  return { software, speed, hardware, mpc }[model](plan);
}

function software(plan: KernelPlan): number {
  return planCost(plan).tableBytes + operations(plan);
}

/** Tables that stay in the nearest cache cost little. */
const BYTES_IN_CACHE = 256;

function speed(plan: KernelPlan): number {
  return planCost(plan).tableBytes / BYTES_IN_CACHE + operations(plan);
}

function operations(plan: KernelPlan): number {
  const products = plan.bounds.steps.map(({ product }) =>
    product.bits <= WORD_BITS ? WORD_PRODUCT : product.bits <= DOUBLE_BITS ? DOUBLE_PRODUCT : WIDE_PRODUCT,
  );
  return sum(products) + finderCost(plan);
}

function finderCost({ select }: KernelPlan): number {
  switch (select.kind) {
    case 'uniform':
      return 0;
    case 'lookup':
      return MAP_LOOKUP;
    case 'compare':
      return COMPARISON * Math.ceil(Math.log2(select.bounds.length + 1));
  }
}

/** Bits of the tables, and of the partial products of the multipliers, of which there is one a step. */
function hardware(plan: KernelPlan): number {
  const multipliers = plan.bounds.steps.map(({ product }) => (product.bits / 2) ** 2);
  return 8 * planCost(plan).tableBytes + 4 * sum(multipliers);
}

/**
 * AND gates of a 64-bit truncation (an adder, which converts the shares), and of an indicator of a bound: a
 * comparison, and the choice of 0 or 1. Coefficients follow from the indicators without any.
 */
const TRUNCATION_GATES = 63;
const INDICATOR_GATES = 128;
/** A multiplication of secrets costs a triple, counted as so many gates. */
const TRIPLE = 64;

function mpc(plan: KernelPlan): number {
  const bounds = plan.segments.length - 1;
  return bounds * INDICATOR_GATES + plan.steps.length * (TRUNCATION_GATES + TRIPLE) + TRUNCATION_GATES;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
