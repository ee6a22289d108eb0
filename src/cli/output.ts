import { SingleBar } from 'cli-progress';
import { renderDiagnostic, type Diagnostic } from '../diagnostic.js';
import { colouredError } from './colour.js';
import type { KernelReport } from '../report/kernel-report.js';

/** How a command talks: results to standard output, everything else to standard error. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** One document for machines. */
export function printJson(
  kernels: readonly (KernelReport | object)[],
  diagnostics: readonly Diagnostic[] = [],
): void {
  process.stdout.write(`${JSON.stringify({ kernels, diagnostics }, null, 2)}\n`);
}

export function note(output: Output, text: string): void {
  if (!output.quiet) process.stderr.write(`${text}\n`);
}

export function printError(output: Output, diagnostic: Diagnostic): void {
  if (output.json) printJson([], [diagnostic]);
  else process.stderr.write(`${colouredError(renderDiagnostic(diagnostic))}\n`);
}

interface Progress {
  readonly onProgress: (done: number, total: number) => void;
  readonly stop: () => void;
}

/** A bar on standard error while a proof runs, on a terminal only. */
export function proofProgress(output: Output, label: string): Progress {
  const perSecond = (rate: number) => `${(rate / 1e6).toFixed(0)} million inputs/s`;
  return progressBar(output, label, perSecond);
}

/** The same while searches run. */
export function searchProgress(output: Output, label: string): Progress {
  return progressBar(output, label, (rate) => `${rate.toFixed(1)} searches/s`);
}

function progressBar(output: Output, label: string, perSecond: (rate: number) => string): Progress {
  if (output.quiet || !process.stderr.isTTY) return { onProgress: () => {}, stop: () => {} };
  const started = performance.now();
  let bar: SingleBar | undefined;
  const onProgress = (done: number, total: number): void => {
    if (!bar) {
      bar = new SingleBar({
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        format: `${label}  {bar} {percentage}%  {rate}  {eta_formatted} left`,
      });
      bar.start(total, 0, { rate: '…' });
    }
    const seconds = (performance.now() - started) / 1000;
    bar.update(done, { rate: perSecond(done / seconds) });
  };
  return { onProgress, stop: () => bar?.stop() };
}
