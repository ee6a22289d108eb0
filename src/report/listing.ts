import { TARGETS } from '../emit/targets.js';
import type { Target } from '../emit/target.js';
import { FUNCTIONS } from '../function/catalogue.js';
import type { FunctionDefinition, Symmetry } from '../function/definition.js';

/** A function of the catalogue, for people. */
export interface ListedFunction {
  /** What `function` and `--fn` take. */
  readonly name: string;
  readonly formula: string;
  /** `every x`, `x > 0`, `-1 ≤ x ≤ 1`. */
  readonly domain: string;
  /** How its argument is reduced or folded. */
  readonly reduction: string;
  /** The range, as values, that is taken where none is given; left out where it depends on the formats. */
  readonly defaultRange?: readonly [number, number];
}

/** What a plan can be printed as, for people. */
export type ListedTarget = Pick<Target, 'name' | 'about' | 'maturity' | 'needs'>;

/** The catalogue: every function that has a name, activations first. Any expression in x does as well. */
export function listFunctions(): readonly ListedFunction[] {
  return FUNCTIONS.map((definition) => ({
    name: definition.name,
    formula: definition.formula,
    domain: domainOf(definition),
    reduction: reductionOf(definition),
    ...(definition.defaultRange ? { defaultRange: definition.defaultRange } : {}),
  }));
}

/** Every target: its name as `emit` and `--target` take it, how settled its form is, and what a user needs. */
export function listTargets(): readonly ListedTarget[] {
  return TARGETS.map(({ name, about, maturity, needs }) => ({ name, about, maturity, needs }));
}

/** `every x`, `x > 0`, `-1 ≤ x ≤ 1`; of more than two intervals, how many there are. */
function domainOf({ domain }: FunctionDefinition): string {
  if (domain.length > 2) return `every x but ${domain.length - 1} poles or more`;
  const parts = domain.map(({ from, to, fromIncluded, toIncluded }) => {
    if (from === -Infinity) return to === Infinity ? 'every x' : `x ${toIncluded ? '≤' : '<'} ${to}`;
    if (to === Infinity) return `x ${fromIncluded ? '≥' : '>'} ${from}`;
    return `${from} ${fromIncluded ? '≤' : '<'} x ${toIncluded ? '≤' : '<'} ${to}`;
  });
  return parts.join(' or ');
}

function reductionOf({ reduction, symmetry }: FunctionDefinition): string {
  switch (reduction.kind) {
    case 'normalise':
      return `normalised by powers of ${2 ** reduction.step}`;
    case 'split':
      return `split into integer and fraction of x · ${reduction.multiplier}`;
    case 'periodic':
      return `periodic: quarters or halves of a period of x · ${reduction.multiplier}`;
    case 'none':
      return symmetry === undefined ? 'as it is' : `folded by ${nameOf(symmetry)} symmetry`;
  }
}

function nameOf({ sign, sum, slope }: Symmetry): string {
  if (slope !== 0) return 'slanted';
  if (sum !== 0) return 'point';
  return sign === 1 ? 'even' : 'odd';
}
