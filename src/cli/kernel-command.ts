import type { Command } from 'commander';
import { usageError } from '../diagnostic.js';
import { findTarget } from '../emit/targets.js';
import { kernelReport, renderKernel } from '../report/kernel-report.js';
import { DEFAULT_CONTINUOUS, resolveSpec, type KernelSpec } from '../spec.js';
import { chooseFunction } from './function-choice.js';
import { checkWritable } from './files.js';
import { makeKernel, writeKernel } from './make.js';
import { parseMeasure } from './measure.js';
import { parseNumber, parseRange } from './number.js';
import { commandProgress, note, printJson, type Output } from './output.js';
import { showStages } from './stages.js';

/** Options that say what is wanted of a kernel, as commander gives them. */
export interface SpecFlags {
  readonly fn?: string;
  readonly expr?: string;
  readonly module?: string;
  readonly format?: string;
  readonly in?: string;
  readonly out?: string;
  readonly range?: string;
  readonly order?: string;
  readonly ulp?: string;
  readonly error?: string;
  readonly relative?: string;
  readonly segments?: string;
  readonly guard?: string;
  readonly segmentation?: string;
  readonly measure?: string;
  readonly polish?: string;
  readonly exact?: string;
  readonly monotone?: boolean;
  /** `true` where no number of ulps is given. */
  readonly continuous?: string | true;
  readonly cost?: string;
  readonly coefficients?: string;
  readonly stepRounding?: string;
  readonly rounding?: string;
  readonly overflow?: string;
  readonly pipeline?: string;
  readonly name?: string;
}

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

/** What a kernel is asked to be. */
export function addSpecOptions(command: Command): Command {
  return command
    .option('--fn <name>', 'function to approximate, or "d tanh", a derivative; see approxgen list')
    .option('--expr <expression>', 'any expression in x: "x*tanh(log1p(exp(x)))"')
    .option('--module <file>', 'a module that exports name, evaluate and exact: a function of your own')
    .option('--range <lo,hi>', 'inputs for which the target must hold')
    .option('--format <Qm.n>', 'format of input and output (default: Q8.24)')
    .option('--in <Qm.n>', 'format of the input, where it differs')
    .option('--out <Qm.n>', 'format of the output, where it differs')
    .option('--order <n>', 'degree of the polynomials, 0 to 12 (default: 3)')
    .option('--ulp <x>', 'greatest error in ulps of the output (default: 1)')
    .option('--error <x>', 'greatest absolute error, such as 3*2^-12')
    .option('--relative <x>', 'greatest relative error')
    .option('--segments <n>', 'equal segments to start from')
    .option('--guard <bits>', 'guard bits (default: chosen)')
    .option(
      '--segmentation <how>',
      'greedy (the fewest segments), dyadic, uniform or auto (the cheapest) (default: greedy)',
    )
    .option('--measure <name>', 'uniform, arcsine, beta(a,b) or data:<file> (default: uniform)')
    .option('--polish <how>', 'minimax, or none for the pure projection (default: minimax)')
    .option('--exact <list>', 'inputs at which to be exact, or none (default: 0 for odd and point symmetry)')
    .option('--monotone', 'outputs never go against the function, which has to be monotone on the range')
    .option(
      '--continuous [ulp]',
      'polynomials, and tails, meet within so many ulps of the output (without a number: 1)',
    )
    .option('--cost <model>', 'what auto saves: software, speed, hardware or mpc (default: software)')
    .option('--coefficients <how>', 'fraction bits of coefficients: same or scaled (default: scaled)')
    .option('--step-rounding <mode>', 'rounding after each product (default: half-up)')
    .option('--rounding <mode>', 'rounding to the output (default: half-up)')
    .option('--overflow <mode>', 'saturate, saturate-symmetric, wrap or error (default: saturate)')
    .option('--pipeline <n>', 'register stages of verilog and vhdl, 0 for none (default: chosen)')
    .option('--name <name>', 'name of the kernel and its files (default: tanh_q8_24)');
}

const FUNCTION_FLAGS = { name: '--fn', expr: '--expr', module: '--module' };

/** approxgen --fn …: makes, proves and prints one kernel. */
export async function kernelCommand(flags: KernelFlags, output: Output): Promise<void> {
  const spec = resolveSpec(await specOf(flags));
  const targets = flags.target.split(',').filter((name) => name !== '');
  for (const name of targets) findTarget(name);
  if (!flags.dryRun) checkWritable(flags.outdir);
  const stages = showStages(commandProgress(output));
  const made = await makeKernel(spec, {
    outdir: flags.outdir,
    targets,
    vectors: flags.vectors ?? false,
    force: flags.force ?? false,
    costs: flags.costs ?? false,
    stages,
    ...(flags.workers === undefined ? {} : { workers: await parseWorkers(flags.workers) }),
  }).finally(stages.stop);
  const report = kernelReport(made, writeKernel(flags.outdir, made, flags.dryRun ?? false));
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

export async function parseWorkers(text: string): Promise<number> {
  const value = await parseNumber(text, '--workers');
  if (Number.isInteger(value) && value >= 1 && value <= 256) return value;
  throw usageError(
    'bad-number',
    `${text} is not a number of workers; expected an integer from 1 to 256`,
    undefined,
    '--workers',
  );
}
