import { findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel } from '../report/kernel-report.js';
import { DEFAULT_CONTINUOUS, resolveSpec, type KernelSpec } from '../spec.js';
import { chooseFunction } from './function-choice.js';
import { checkWritable } from './files.js';
import { makeKernel, writeKernel } from './make.js';
import { parseMeasure } from './measure.js';
import { monotoneCost } from './monotone-cost.js';
import { parseNumber, parseRange, parseWorkers } from './number.js';
import { commandProgress, note, printJson, type Output } from './output.js';
import { checkPlaces } from './replace.js';
import type { SpecFlags } from './spec-options.js';
import { showStages } from './stages.js';

/** Options of the command that makes one kernel. */
export interface KernelFlags extends SpecFlags {
  readonly target: string;
  readonly vectors?: boolean;
  readonly outdir: string;
  readonly workers?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly costs?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const FUNCTION_FLAGS = { name: '--fn', expr: '--expr', module: '--module' };

/** approxgen --fn …: makes, proves and prints one kernel. */
export async function kernelCommand(flags: KernelFlags, output: Output): Promise<void> {
  const spec = resolveSpec(await specOf(flags));
  const targets = flags.target.split(',').filter((name) => name !== '');
  for (const name of targets) findTarget(name);
  if (!flags.dryRun) checkWritable(flags.outdir);
  checkPlaces(flags.outdir, spec.name, targets, flags.vectors ?? false);
  const stages = showStages(commandProgress(output));
  const made = await makeKernel(spec, {
    outdir: flags.outdir,
    targets,
    vectors: flags.vectors ?? false,
    force: flags.force ?? false,
    costs: flags.costs ?? false,
    draft: flags.dryRun ?? false,
    stages,
    ...(flags.workers === undefined ? {} : { workers: parseWorkers(flags.workers) }),
  });
  const files = writeKernel(flags.outdir, made, flags.dryRun ?? false);
  const monotone = await monotoneCost(spec, made.kernel).finally(stages.stop);
  const report = kernelReport({ ...made, ...(monotone === undefined ? {} : { monotone }) }, files);
  if (flags.dryRun) note(output, 'dry run: nothing was written');
  if (output.json) printJson([report]);
  else process.stdout.write(`${renderKernel(report)}\n`);
}

/** A spec from the flags of a command. */
export async function specOf(flags: SpecFlags): Promise<KernelSpec> {
  const { fn: name, expr, module } = flags;
  const fn = await chooseFunction({ name, expr, module }, FUNCTION_FLAGS);
  const numbers: Record<string, number> = {};
  for (const key of ['order', 'ulp', 'error', 'relative', 'segments', 'guard', 'pipeline'] as const) {
    const text = flags[key];
    if (text !== undefined && !(key === 'order' && text === 'auto')) {
      numbers[key] = await parseNumber(text, `--${key}`);
    }
  }
  const texts = {
    ...(flags.order === 'auto' ? { order: 'auto' } : {}),
    format: flags.format,
    input: flags.in,
    output: flags.out,
    coefficients: flags.coefficients,
    stepRounding: flags.stepRounding,
    rounding: flags.rounding,
    overflow: flags.overflow,
    name: flags.name,
    segmentation: flags.segmentation,
    polish: flags.polish,
    cost: flags.cost,
    monotone: flags.monotone,
    ...(flags.continuous === undefined ? {} : { continuous: await parseContinuous(flags.continuous) }),
    ...(flags.exact === undefined ? {} : { exact: await parseExact(flags.exact) }),
    ...(flags.measure === undefined ? {} : await parseMeasure(flags.measure, '--measure')),
    ...(flags.range === undefined ? {} : { range: await parseRange(flags.range, '--range') }),
  };
  const given = Object.entries(texts).filter(([, value]) => value !== undefined);
  return { function: fn, ...numbers, ...Object.fromEntries(given) } as KernelSpec;
}

async function parseContinuous(text: string | true): Promise<number> {
  return text === true ? DEFAULT_CONTINUOUS : parseNumber(text, '--continuous');
}

async function parseExact(text: string): Promise<readonly number[]> {
  return text === 'none' ? [] : Promise.all(text.split(',').map((part) => parseNumber(part, '--exact')));
}
