import { TARGETS } from '../emit/targets.js';
import { FUNCTIONS } from '../function/catalogue.js';
import type { FunctionDefinition } from '../function/definition.js';
import type { Output } from './output.js';

/** approxgen list: what can be approximated, and what can be printed. */
export function listCommand(output: Output): void {
  const functions = FUNCTIONS.map((definition) => ({
    name: definition.name,
    formula: definition.formula,
    domain: definition.domain === 'positive' ? 'x > 0' : 'every x',
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
    ...functions.map((f) => `  ${f.name.padEnd(8)} ${f.formula}; ${f.domain}; ${f.reduction}`),
    'Targets',
    ...targets.map((t) => `  ${t.name.padEnd(8)} ${t.about}`),
  ];
  process.stdout.write(`${rows.join('\n')}\n`);
}

function reductionOf({ reduction, symmetry }: FunctionDefinition): string {
  switch (reduction.kind) {
    case 'normalise':
      return `normalised by powers of ${2 ** reduction.step}`;
    case 'split':
      return 'split into integer and fraction of x / ln 2';
    case 'none':
      return symmetry.kind === 'none' ? 'as it is' : `folded by ${symmetry.kind} symmetry`;
  }
}
