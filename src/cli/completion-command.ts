import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RootCommand, type Command as Completed } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { RUNNABLE_TARGETS } from '../emit/run-target.js';
import { TARGETS } from '../emit/targets.js';
import { FUNCTIONS } from '../function/catalogue.js';
import { notOneOf } from '../nearest.js';
import type { OptionRow } from '../spec/option.js';
import { COMMANDS, type CommandName } from '../spec/run-options.js';
import { helpText, optionsOf } from './options.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Arguments of commands that are no paths. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  shell: SHELLS,
  command: COMMANDS.filter((name) => name !== 'approxgen'),
};

/** A value that can be chosen, and what it means. */
type Offer = readonly [value: string, meaning: string];

/** approxgen completion: a script that teaches a shell to complete the commands, options and values of approxgen. */
export function completionCommand(shell: string): void {
  if (!SHELLS.includes(shell as (typeof SHELLS)[number])) {
    throw notOneOf('unknown-shell', shell, 'a shell that approxgen knows', SHELLS);
  }
  new RootCommand().setup('approxgen', 'approxgen', shell);
}

/**
 * approxgen complete -- …: what may stand where the user asks, for those scripts.
 *
 * @param words the command line up to there, without the program; the last word may be empty
 */
export function offerCompletions(program: Command, words: readonly string[]): void {
  const last = words.at(-1) ?? '';
  const root = new RootCommand();
  addOptions(root, 'approxgen', last);
  for (const command of program.createHelp().visibleCommands(program)) {
    const name = command.name() as CommandName;
    const completed = root.command(name, command.description());
    addOptions(completed, name, last);
    for (const argument of command.registeredArguments) {
      const choices = ARGUMENTS[argument.name()]?.map((choice): Offer => [choice, '']);
      completed.argument(argument.name(), offering(choices ?? pathsFrom(last, 'files')), argument.variadic);
    }
  }
  root.parse([...words]);
}

function addOptions(command: Completed, name: CommandName, last: string): void {
  for (const row of optionsOf(name)) {
    if (row.value === undefined) command.option(row.flag, helpText(row));
    else command.option(row.flag, helpText(row), offering(offersOf(row, last)));
  }
  command.option('help', 'show help');
}

const offering =
  (offers: readonly Offer[]) =>
  (complete: (value: string, meaning: string) => void): void =>
    offers.forEach(([value, meaning]) => complete(value, meaning));

/** What an option can be given. */
function offersOf({ kind, offers, flag }: OptionRow, last: string): readonly Offer[] {
  if (kind.is === 'choice') return kind.choices.map((choice) => [choice, kind.notes[choice] ?? '']);
  switch (offers) {
    case undefined:
      return kind.is === 'whole' && kind.word !== undefined ? [[kind.word, '']] : [];
    case 'functions':
      return FUNCTIONS.map(({ name, formula }) => [name, formula]);
    case 'targets':
      return listed(
        last.replace(`--${flag}=`, ''),
        TARGETS.map(({ name, about }) => [name, about]),
      );
    case 'runnable':
      return ['plan', ...RUNNABLE_TARGETS].map((name) => [name, '']);
    case 'files':
    case 'folders':
      return pathsFrom(last.replace(`--${flag}=`, ''), offers);
    default:
      return offers.map((value) => [value, '']);
  }
}

/** Of a list with commas, what its last item can be. */
function listed(text: string, offers: readonly Offer[]): readonly Offer[] {
  const before = text.slice(0, text.lastIndexOf(',') + 1);
  const present = new Set(before.split(','));
  return offers.filter(([name]) => !present.has(name)).map(([name, about]) => [`${before}${name}`, about]);
}

/**
 * Files and folders that begin with a text. A folder that is the only one stands for what it holds, so that a shell
 * does not take it for the end of a path.
 */
function pathsFrom(text: string, what: 'files' | 'folders'): readonly Offer[] {
  const [folder, beginning] =
    text.endsWith('/') || text === '' ? [text, ''] : [dirname(text), basename(text)];
  const entries = entriesOf(folder === '' ? '.' : folder)
    .filter((entry) => entry.name.startsWith(beginning) && (what === 'files' || entry.isDirectory()))
    .filter((entry) => beginning.startsWith('.') || !entry.name.startsWith('.'));
  const stem = text.slice(0, text.length - beginning.length);
  const [only] = entries;
  if (entries.length === 1 && only.isDirectory() && entriesOf(join(folder, only.name)).length > 0) {
    return pathsFrom(`${stem}${only.name}/`, what).concat(
      what === 'folders' ? [[`${stem}${only.name}`, '']] : [],
    );
  }
  return entries.map((entry) => [`${stem}${entry.name}${entry.isDirectory() ? '/' : ''}`, '']);
}

function entriesOf(folder: string): ReturnType<typeof list> {
  try {
    return list(folder);
  } catch {
    return [];
  }
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true });
