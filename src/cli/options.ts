import { Option, type Command } from 'commander';
import { usageError } from '../diagnostic.js';
import { explanation, type OptionRow } from '../spec/option.js';
import { KERNEL_OPTIONS } from '../spec/options.js';
import { flagPlace, type Place } from '../spec/place.js';
import { RUN_OPTIONS, type CommandName, type RunOption } from '../spec/run-options.js';
import { inMainSpelling, spellings } from '../spec/spelling.js';

/** Commands that are told of a kernel what it has to be. */
const MAKES_KERNELS: readonly CommandName[] = ['approxgen', 'explore'];

/** The options of a command, in the order of its help. */
export function optionsOf(command: CommandName): readonly OptionRow[] {
  const kernel = MAKES_KERNELS.includes(command) ? KERNEL_OPTIONS : [];
  return [...kernel, ...RUN_OPTIONS.filter(({ commands }) => commands.includes(command))];
}

/** What the help says of an option. */
export function helpText(row: OptionRow & Pick<RunOption, 'preset'>): string {
  const standard = row.preset ?? row.default;
  return standard === undefined ? explanation(row) : `${explanation(row)} (default: ${standard})`;
}

/** Declares the options of a command, each in its group; the other spelling of each is understood, but not shown. */
export function addOptions(command: Command, name: CommandName): Command {
  for (const row of optionsOf(name)) {
    const value = row.value === undefined ? '' : ` ${row.value}`;
    command.addOption(new Option(`--${row.flag}${value}`, helpText(row)).helpGroup(`${row.group}:`));
    for (const other of spellings(row).filter((spelling) => spelling !== row.flag)) {
      const option = new Option(`--${other}${value}`).hideHelp();
      // Else --stepRounding would be the same to commander as --step-rounding, and both could be given.
      option.attributeName = () => `--${other}`;
      command.addOption(option);
    }
  }
  return command;
}

/** What a command line gives, by the keys of the options, and what messages call these. */
export interface Flags<Values = Readonly<Record<string, unknown>>> {
  readonly values: Values;
  readonly place: Place;
}

/**
 * The options of a command line.
 *
 * @param given what commander made of it
 * @throws usage error where an option is given in both its spellings, or has another option for its value
 */
export function flagsOf<Values>(name: CommandName, given: Readonly<Record<string, unknown>>): Flags<Values> {
  const rows = optionsOf(name);
  const byFlag = rows.flatMap((row) => [
    [row.flag, given[camelCase(row.flag)]],
    ...(row.key === row.flag ? [] : [[row.key, given[`--${row.key}`]]]),
  ]);
  const present = Object.fromEntries(byFlag.filter(([, value]) => value !== undefined)) as Record<
    string,
    unknown
  >;
  for (const [flag, value] of Object.entries(present)) checkValue(flag, value, rows);
  const { values, spelt } = inMainSpelling(present, rows, (spelling) => `--${spelling}`);
  const presets = rows.flatMap((row: OptionRow & Pick<RunOption, 'preset'>) =>
    row.preset === undefined ? [] : [[row.key, row.preset]],
  );
  return { values: { ...Object.fromEntries(presets), ...values } as Values, place: flagPlace(spelt) };
}

function checkValue(flag: string, value: unknown, rows: readonly OptionRow[]): void {
  const isOption = typeof value === 'string' && rows.some((row) => spellings(row).includes(value.slice(2)));
  if (!isOption || !value.startsWith('--')) return;
  throw missingValue(flag, `what follows is ${value}`, rows);
}

export function missingValue(flag: string, why: string, rows: readonly OptionRow[]): Error {
  const row = rows.find((each) => spellings(each).includes(flag));
  return usageError(
    'missing-value',
    `it has no value: ${why}`,
    `expected --${flag} ${row?.value ?? '<value>'}`,
    `--${flag}`,
  );
}

/** As commander names what an option sets. */
function camelCase(flag: string): string {
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
