#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { ApproxgenError, usageError } from '../diagnostic.js';
import { useHost } from '../host.js';
import { nodeHost } from '../node/host.js';
import { VERSION } from '../version.js';
import type { BuildFlags } from './build-command.js';
import type { EvalFlags } from './eval-command.js';
import type { KernelFlags } from './kernel-command.js';
import type { Output } from './output.js';
import { addSpecOptions, type SpecFlags } from './spec-options.js';
import type { VerifyFlags } from './verify-command.js';

// Each command is loaded when it runs, so that none waits for what only others need.

useHost(nodeHost);

/** Exit status of a bug in approxgen (EX_SOFTWARE of sysexits.h). */
const BUG = 70;
const WRONG_USAGE = 2;

const output: { json: boolean; quiet: boolean } = { json: false, quiet: false };

/** Options that every command has. */
function common(command: Command): Command {
  return command
    .option('--json', 'print one JSON document to standard output')
    .option('--quiet', 'no progress and no notes on standard error')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}

function outputOptions(command: Command): Command {
  return command
    .option('--outdir <folder>', 'where to write', 'generated')
    .option('--workers <n>', 'threads of the proof (default: all cores)')
    .option('--costs', 'measure each target here: ns of an evaluation; gates and LUTs by yosys')
    .option('--dry-run', 'do everything but write');
}

/** The flags of a command, or of approxgen itself where they come before the command. */
function takeOutput(flags: Partial<Output>): Output {
  const outer = program.opts<Partial<Output>>();
  output.json = flags.json ?? outer.json ?? false;
  output.quiet = flags.quiet ?? outer.quiet ?? false;
  return output;
}

const program = outputOptions(
  addSpecOptions(common(new Command('approxgen')))
    .option('--target <list>', 'what to print besides the plan, with commas; see approxgen targets', 'ts')
    .option('--vectors', 'print test vectors beside the kernel, and programs that run them')
    .option('--force', 'prove again what was proven before'),
)
  .version(VERSION, '--version', 'the version of approxgen')
  .description('Proven fixed-point kernels: from a function, a format and an error target to integer code')
  .enablePositionalOptions()
  .allowExcessArguments()
  .action(async (flags: KernelFlags & Partial<Output>) => {
    takeOutput(flags);
    if (program.args.length > 0) throw unknownCommand(program.args[0]);
    const { kernelCommand } = await import('./kernel-command.js');
    return kernelCommand(flags, output);
  });

outputOptions(common(program.command('build')))
  .description('make every kernel of the configurations')
  .argument('[sources...]', 'configuration files or folders (default: approx-configs)')
  .option('--force', 'prove again what was proven before')
  .option('--check', 'write nothing; fail with a diff where a file is stale')
  .action(async (sources: string[], flags: BuildFlags & Partial<Output>) => {
    const { buildCommand } = await import('./build-command.js');
    return buildCommand(sources, flags, takeOutput(flags));
  });

addSpecOptions(common(program.command('explore')))
  .description(
    'compare plans: bytes of table, multiplications, depth and errors of all that no other one beats',
  )
  .action(async (flags: SpecFlags & Partial<Output>) => {
    const { exploreCommand } = await import('./explore-command.js');
    return exploreCommand(flags, takeOutput(flags));
  });

common(program.command('list'))
  .description('show functions and targets')
  .action(async (flags: Partial<Output>) => {
    const { listCommand } = await import('./list-command.js');
    listCommand(takeOutput(flags));
  });

common(program.command('targets'))
  .description('show what can be printed, and what is needed to run it')
  .action(async (flags: Partial<Output>) => {
    const { targetsCommand } = await import('./targets-command.js');
    targetsCommand(takeOutput(flags));
  });

common(program.command('eval'))
  .description('run a kernel on raw integers from standard input, one a line')
  .argument('<plan.json>', 'a plan file')
  .option('--target <name>', 'what to run: the plan itself, or ts as printed', 'plan')
  .option('--binary', 'int32 little-endian in and out, instead of lines')
  .action(async (file: string, flags: EvalFlags & Partial<Output>) => {
    const { evalCommand } = await import('./eval-command.js');
    return evalCommand(file, flags, takeOutput(flags));
  });

common(program.command('verify'))
  .description('prove plans anew, from the plan and the function alone, and compare with their certificates')
  .argument('<plans...>', 'plan files, or folders of them')
  .option('--target <name>', 'run what this target prints, instead of the plan', 'plan')
  .option('--shard <i/n>', 'run only this part, and write what it shows to a file; see approxgen merge')
  .option('--out <file>', 'where a shard is written (default: <name>.<i>-of-<n>.json)')
  .option('--keep <folder>', 'keep what is finished there, so that an interrupted proof goes on')
  .option('--workers <n>', 'threads (default: all cores)')
  .action(async (paths: string[], flags: VerifyFlags & Partial<Output>) => {
    const { verifyCommand } = await import('./verify-command.js');
    return verifyCommand(paths, flags, takeOutput(flags));
  });

common(program.command('merge'))
  .description('the proof of a plan from its shards, in any order')
  .argument('<plan.json>', 'the plan file')
  .argument('<shards...>', 'files that approxgen verify --shard wrote')
  .option('--write', 'put the certificate into the plan file')
  .action(async (plan: string, shards: string[], flags: { write?: boolean } & Partial<Output>) => {
    const { mergeCommand } = await import('./merge-command.js');
    return mergeCommand(plan, shards, flags, takeOutput(flags));
  });

common(program.command('schema'))
  .description('print the JSON schema of configurations')
  .action(async (flags: Partial<Output>) => {
    takeOutput(flags);
    const { jsonSchemaText } = await import('./config.js');
    process.stdout.write(jsonSchemaText());
  });

function unknownCommand(name: string): Error {
  const names = program.commands.map((command) => command.name());
  return usageError(
    'unknown-command',
    `"${name}" is not a command; expected one of ${names.join(', ')}, or --fn`,
    `did you mean ${closest(name, names)}?`,
  );
}

/** The one place where failures become messages and exit statuses. */
async function fail(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { printError } = await import('./output.js');
  if (error instanceof ApproxgenError) {
    printError(output, error.diagnostic);
    return error.exitStatus;
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '');
    const json = process.argv.includes('--json');
    printError({ ...output, json }, { code: error.code, message, hint: 'see approxgen --help' });
    return WRONG_USAGE;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(output, {
    code: 'bug',
    message: `a bug in approxgen: ${stack}`,
    hint: 'please report it with the command',
  });
  return BUG;
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

program.parseAsync().catch(async (error: unknown) => {
  process.exitCode = await fail(error);
});
