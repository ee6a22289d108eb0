import { listTargets } from '../report/listing.js';
import type { Output } from './output.js';

/** approxgen targets: what can be printed, how settled its form is, and what a user needs to run it. */
export function targetsCommand(output: Output): void {
  const targets = listTargets();
  if (output.json) {
    process.stdout.write(`${JSON.stringify({ targets, diagnostics: [] }, null, 2)}\n`);
    return;
  }
  const rows = targets.flatMap(({ name, about, maturity, needs }) => [
    `${name.padEnd(10)} ${maturity.padEnd(12)} ${about}`,
    `${''.padEnd(23)} needs ${needs}`,
  ]);
  process.stdout.write(`${rows.join('\n')}\n`);
}
