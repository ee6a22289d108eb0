#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { notOneOf } from '../nearest.js';
import { useHost } from '../host.js';
import { nodeHost } from '../node/host.js';
import { COMMANDS, type CommandName } from '../spec/run-options.js';
import type { BuildFlags } from './build-command.js';
import type { EvalFlags } from './eval-command.js';
import { fail, wrongUsage } from './failure.js';
import { addHelp } from './help.js';
import type { MergeFlags } from './merge-command.js';
import { addOptions, flagsOf, type Flags } from './options.js';
import type { VerifyFlags } from './verify-command.js';
import { VERSION } from '../version.js';

useHost(nodeHost);

// Each command is loaded when it runs, so that none waits for what only others need.

const output: { json: boolean; quiet: boolean } = { json: false, quiet: false };

type Given = Readonly<Record<string, unknown>>;

/** What every command has: its options, its help, and errors in our words. */
function common(command: Command, name: CommandName): Command {
  return addHelp(addOptions(command, name), name)
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : wrongUsage(error, name, command);
    });
}

/** What a command line gives a command; how to talk may also be said before the command. */
function take<Values = Given>(name: CommandName, given: Given): Flags<Values> {
  const outer = program.opts<Given>();
  output.json = [given.json, outer.json].includes(true);
  output.quiet = [given.quiet, outer.quiet].includes(true);
  return flagsOf<Values>(name, given);
}

const program = common(new Command('approxgen'), 'approxgen')
  .optionsGroup('How it runs:')
  .version(VERSION, '--version', 'the version of approxgen')
  .description('Proven fixed-point kernels: from a function, a format and an error target to integer code')
  .usage('[command] [options]')
  .enablePositionalOptions()
  .helpCommand(false)
  .allowExcessArguments()
  .action(async (given: Given) => {
    const flags = take('approxgen', given);
    if (program.args.length > 0) await refuseWord(program, 'approxgen', flags);
    const { kernelCommand } = await import('./kernel-command.js');
    await kernelCommand(flags, output);
  });

const command = (name: CommandName, description: string): Command =>
  common(program.command(name), name).description(description);

command('build', 'make every kernel of the configurations')
  .argument('[sources...]', 'configuration files or folders (default: approx-configs)')
  .action(async (sources: string[], given: Given) => {
    const { values } = take<BuildFlags>('build', given);
    const { buildCommand } = await import('./build-command.js');
    await buildCommand(sources, values, output);
  });

const exploring = command('explore', 'compare the plans that no other one beats in size, speed and error')
  .allowExcessArguments()
  .action(async (given: Given) => {
    const flags = take('explore', given);
    if (exploring.args.length > 0) await refuseWord(exploring, 'explore', flags);
    const { exploreCommand } = await import('./explore-command.js');
    await exploreCommand(flags, output);
  });

command('list', 'show functions and targets').action(async (given: Given) => {
  take('list', given);
  const { listCommand } = await import('./list-command.js');
  listCommand(output);
});

command('targets', 'show what can be printed, and what is needed to run it').action(async (given: Given) => {
  take('targets', given);
  const { targetsCommand } = await import('./targets-command.js');
  targetsCommand(output);
});

command('eval', 'run a kernel on raw integers from standard input, one a line')
  .argument('<plan.json>', 'a plan file')
  .action(async (file: string, given: Given) => {
    const { values } = take<EvalFlags>('eval', given);
    const { evalCommand } = await import('./eval-command.js');
    await evalCommand(file, values, output);
  });

command('verify', 'prove plans anew, from plan and function alone, and compare with their certificates')
  .argument('<plans...>', 'plan files, or folders of them')
  .action(async (paths: string[], given: Given) => {
    const { values } = take<VerifyFlags>('verify', given);
    const { verifyCommand } = await import('./verify-command.js');
    await verifyCommand(paths, values, output);
  });

command('merge', 'the proof of a plan from its shards, in any order')
  .argument('<plan.json>', 'the plan file')
  .argument('<shards...>', 'files that approxgen verify --shard wrote')
  .action(async (plan: string, shards: string[], given: Given) => {
    const { values } = take<MergeFlags>('merge', given);
    const { mergeCommand } = await import('./merge-command.js');
    await mergeCommand(plan, shards, values, output);
  });

command('schema', 'print the JSON schema of configurations').action(async (given: Given) => {
  take('schema', given);
  const { jsonSchemaText } = await import('../spec/schema.js');
  process.stdout.write(jsonSchemaText());
});

command('completion', 'print a script with which a shell completes commands, options and values')
  .argument('<shell>', 'bash, zsh or fish')
  .action(async (shell: string, given: Given) => {
    take('completion', given);
    const { completionCommand } = await import('./completion-command.js');
    completionCommand(shell);
  });

command('help', 'show the help of approxgen, or of one of its commands')
  .argument('[command]', COMMANDS.slice(1).join(', '))
  .action((name: string | undefined, given: Given) => {
    take('help', given);
    const found = name === undefined ? program : program.commands.find((each) => each.name() === name);
    if (!found) throw notOneOf('unknown-command', name, 'a command', COMMANDS.slice(1));
    found.outputHelp();
  });

/** What the scripts of `approxgen completion` call. */
program
  .command('complete', { hidden: true })
  .argument('[words...]')
  .action(async (words: string[]) => {
    const { offerCompletions } = await import('./completion-command.js');
    offerCompletions(program, words);
  });

/** @throws usage error for a word that stands where none is expected */
async function refuseWord({ args }: Command, name: CommandName, { values }: Flags): Promise<never> {
  const { strayWord } = await import('./stray.js');
  throw strayWord(args, name, process.argv.slice(2), values.function as string | undefined);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

program.parseAsync().catch((error: unknown) => {
  // Help and the version end commander's work, and are no failure.
  if (error instanceof CommanderError) return;
  process.exitCode = fail(error, { ...output, json: output.json || process.argv.includes('--json') });
});
