import { renderDiagnostic, type Diagnostic } from '../diagnostic.js';
import { createProgress, SILENT, type Progress } from '../progress.js';
import { colouredError } from './colour.js';
import type { KernelReport } from '../report/kernel-report.js';

/** How a command talks: results to standard output, everything else to standard error. */
export interface Output {
  /** One document for a machine, which may read both streams: then nothing is said beside it, but on a terminal. */
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Whether there may be notes beside the result. */
export function hasNotes({ json, quiet }: Output): boolean {
  return !json && !quiet;
}

/** One document for machines. */
export function printJson(
  kernels: readonly (KernelReport | object)[],
  diagnostics: readonly Diagnostic[] = [],
): void {
  process.stdout.write(`${JSON.stringify({ kernels, diagnostics }, null, 2)}\n`);
}

export function note(output: Output, text: string): void {
  if (hasNotes(output)) process.stderr.write(`${text}\n`);
}

export function printError(output: Output, diagnostic: Diagnostic): void {
  if (output.json) printJson([], [diagnostic]);
  else process.stderr.write(`${colouredError(renderDiagnostic(diagnostic))}\n`);
}

/** How a command shows that it is at work: on standard error, or not at all. */
export function commandProgress(output: Output): Progress {
  const shows = output.json ? !output.quiet && process.stderr.isTTY : !output.quiet;
  return shows ? createProgress(process.stderr) : SILENT;
}
