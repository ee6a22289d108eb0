import { TARGETS } from '../emit/targets.js';
import { FUNCTIONS } from '../function/catalogue.js';
import type { FunctionDefinition, Symmetry } from '../function/definition.js';
import type { Output } from './output.js';

/** approxgen list: what can be approximated, and what can be printed. */
export function listCommand(output: Output): void {
  const functions = FUNCTIONS.map((definition) => ({
    name: definition.name,
    formula: definition.formula,
    domain: domainOf(definition),
    reduction: reductionOf(definition),
    ...(definition.defaultRange ? { defaultRange: definition.defaultRange } : {}),
  }));
  const targets = TARGETS.map(({ name, about }) => ({ name, about }));
  if (output.json) {
    process.stdout.write(`${JSON.stringify({ functions, targets, diagnostics: [] }, null, 2)}\n`);
    return;
  }
  const rows = [
    'Functions',
    ...functions.map((f) => `  ${f.name.padEnd(12)} ${f.formula}; ${f.domain}; ${f.reduction}`),
    'Targets',
    ...targets.map((t) => `  ${t.name.padEnd(12)} ${t.about}`),
  ];
  process.stdout.write(`${rows.join('\n')}\n`);
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
