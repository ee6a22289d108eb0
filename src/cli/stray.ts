import { show, usageError } from '../diagnostic.js';
import { FUNCTIONS, isExpression } from '../function/catalogue.js';
import { nearest, notOneOf } from '../nearest.js';
import { COMMANDS, type CommandName } from '../spec/run-options.js';
import { shellWord } from '../spec/shell.js';
import { spellings } from '../spec/spelling.js';
import { optionsOf } from './options.js';

/** Commands that have a name of their own. */
const NAMED: readonly string[] = COMMANDS.filter((name) => name !== 'approxgen');

/**
 * A word that stands alone where none is expected: a function without its option, a command that is misspelt, half of
 * a value that needed quotes.
 *
 * @param words all that stand so
 * @param args the whole command line
 * @param fn the function that is given by name, if one is
 */
export function strayWord(
  words: readonly string[],
  command: CommandName,
  args: readonly string[],
  fn?: string,
): Error {
  // `d tanh` without quotes.
  const word = words[0] === 'd' ? words.join(' ') : words[0];
  const isRoot = command === 'approxgen';
  const hint = fn === undefined ? missingOption(word, command, args) : secondHalf(word, command, fn);
  if (isRoot && fn === undefined) {
    const otherwise = 'approxgen --fn <name> makes a kernel, approxgen --help shows all options';
    const guess = hint ?? (nearest(word, NAMED) === undefined ? otherwise : undefined);
    return notOneOf('unknown-command', word, 'a command', NAMED, undefined, guess);
  }
  const message = `${show(word)} is one word too many; ${isRoot ? command : `approxgen ${command}`} takes options only`;
  return usageError('stray-word', message, hint ?? `see approxgen ${isRoot ? '' : `${command} `}--help`);
}

/** `--fn d tanh`, of which the shell made two words; or an option without its dashes. */
function secondHalf(word: string, command: CommandName, fn: string): string | undefined {
  if (fn === 'd') return `try --fn "d ${word}", with quotes`;
  const flag = nearest(word, optionsOf(command).flatMap(spellings));
  return flag === undefined ? undefined : `did you mean --${flag}?`;
}

/** The same command line with the option that the word lacks. */
function missingOption(word: string, command: CommandName, args: readonly string[]): string | undefined {
  if (command !== 'approxgen' && command !== 'explore') return undefined;
  const names = FUNCTIONS.map(({ name }) => name);
  const name = word.replace(/^(?:d )+/, '');
  const isName = names.includes(name);
  const guess = isName || isExpression(word) ? name : nearest(word, [...names, ...NAMED]);
  if (guess === undefined || (!isName && NAMED.includes(guess))) return undefined;
  const option = isName || guess !== name ? '--fn' : '--expr';
  const value = guess === name ? word : guess;
  const parts = word.split(' ').length;
  const at = word.startsWith('d ') && args.includes('d') ? args.indexOf('d') : args.indexOf(word);
  const left = args.slice(at + (args[at] === word ? 1 : parts));
  const fixed = [...args.slice(0, at), option, value, ...left].map(shellWord);
  return `try approxgen ${fixed.join(' ')}`;
}
