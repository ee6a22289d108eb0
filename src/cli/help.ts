import { Help, Option, type Command } from 'commander';
import { styleText } from 'node:util';
import { spellings } from '../spec/spelling.js';
import type { CommandName } from '../spec/run-options.js';
import { EXAMPLES, type Example } from './examples.js';
import { optionsOf } from './options.js';

/** Lines longer than this are tiring to read. */
const WIDEST = 110;
const USUAL = 80;
/** What stands beside an option has to be at least this wide; else it stands below. */
const LEAST_BESIDE = 40;
const BELOW = '      ';
/** As long as what stands before the usage. */
const USAGE = '       ';

const EXIT_STATUS = '0 met, 1 target not met, 2 wrong usage or configuration, 70 a bug in approxgen';

/** The help of a command: options in groups, examples and exit statuses, as wide as the terminal. */
export function addHelp(command: Command, name: CommandName): Command {
  return command
    .configureOutput({ getOutHelpWidth: helpWidth })
    .configureHelp({
      minWidthToWrap: 1,
      // Commander takes colours out again where standard output shows none.
      styleTitle: (text) => styleText('bold', text, { validateStream: false }),
      optionTerm: (option) => optionTerm(option, name),
      subcommandTerm: (sub) => [sub.name(), ...sub.registeredArguments.map(argumentTerm)].join(' '),
      formatItem: itemText,
      styleUsage: (usage) => wrapped(usage, helpWidth() - USAGE.length).join(`\n${USAGE}`),
    })
    .addHelpOption(new Option('-h, --help', 'show this').helpGroup('How it runs:'))
    .addHelpText('after', () => closing(EXAMPLES[name] ?? []));
}

/** Columns of the terminal; where there is none, what COLUMNS says, or 80. */
function helpWidth(): number {
  const columns = process.stdout.isTTY ? process.stdout.columns : Number(process.env.COLUMNS);
  return Math.min(columns > 0 ? columns : USUAL, WIDEST);
}

/** Both spellings of an option: `--in, --input <Qm.n>`. */
function optionTerm(option: Option, name: CommandName): string {
  const row = optionsOf(name).find(({ flag }) => option.long === `--${flag}`);
  if (!row) return option.flags;
  // Keys in camel case are understood, but nobody looks for them here.
  const shown = spellings(row).filter((spelling) => spelling === row.flag || !/[A-Z]/.test(spelling));
  return [shown.map((spelling) => `--${spelling}`).join(', '), ...(row.value ? [row.value] : [])].join(' ');
}

function argumentTerm(argument: Command['registeredArguments'][number]): string {
  const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${text}>` : `[${text}]`;
}

/** A term and what it means, beside each other or, where there is no room, below. */
function itemText(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? USUAL;
  if (width - termWidth - 4 >= LEAST_BESIDE) {
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  }
  return `  ${wrapped(term, width - 4).join('\n    ')}\n${indented(description, BELOW, width)}`;
}

/** A text in lines of at most a width, each behind an indentation. */
function indented(text: string, indentation: string, width: number): string {
  const lines = wrapped(text, width - indentation.length);
  return lines.map((line) => `${indentation}${line}`).join('\n');
}

/** Lines of at most a width, but for words that are longer. */
function wrapped(text: string, width: number): readonly string[] {
  const helper = new Help();
  helper.minWidthToWrap = 1;
  return helper.boxWrap(text, Math.max(width, 1)).split('\n');
}

/** What stands below the options: examples, and what the exit status means. */
function closing(examples: readonly Example[]): string {
  const width = helpWidth();
  const title = (text: string): string => styleText('bold', text, { validateStream: false });
  const shown = examples.map(
    ({ command, result }) => `${commandLines(command, width)}\n${indented(result, BELOW, width)}`,
  );
  return [
    ...(examples.length === 0 ? [] : ['', title(examples.length === 1 ? 'Example:' : 'Examples:'), ...shown]),
    '',
    title('Exit status:'),
    indented(EXIT_STATUS, '  ', width),
  ].join('\n');
}

/** A command, continued on further lines in the way that shells understand. */
function commandLines(command: string, width: number): string {
  return wrapped(command, width - 6)
    .map((line, i) => `${i === 0 ? '  ' : '    '}${line}`)
    .join(' \\\n');
}
