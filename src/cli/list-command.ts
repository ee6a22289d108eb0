import { listFunctions, listTargets } from '../report/listing.js';
import type { Output } from './output.js';

/** approxgen list: what can be approximated, and what can be printed. */
export function listCommand(output: Output): void {
  const functions = listFunctions();
  const targets = listTargets().map(({ name, about }) => ({ name, about }));
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
