import { type Command, type CommanderError } from 'commander';
import { ApproxgenError, usageError } from '../diagnostic.js';
import { nearest } from '../nearest.js';
import { KERNEL_OPTIONS } from '../spec/options.js';
import { COMMANDS, type CommandName } from '../spec/run-options.js';
import { spellings } from '../spec/spelling.js';
import { EXAMPLES } from './examples.js';
import { missingValue, optionsOf } from './options.js';
import { printError, type Output } from './output.js';

/** Exit status of a bug in approxgen (EX_SOFTWARE of sysexits.h). */
const BUG = 70;

/** Prints why a command ended early, and returns its exit status: the one place where failures become messages. */
export function fail(error: unknown, output: Output): number {
  if (error instanceof ApproxgenError) {
    printError(output, error.diagnostic);
    return error.exitStatus;
  }
  if (isOfSystem(error)) {
    printError(output, {
      code: 'system',
      message: `can't ${error.syscall} ${error.path}: ${error.message.replace(/^\w+: |, \w+ '.*$/g, '')}`,
      hint: 'try another path, or look at its permissions',
    });
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printError(output, {
    code: 'bug',
    message: `a bug in approxgen: ${stack}`,
    hint: 'please report it with the command',
  });
  return BUG;
}

/** What the operating system refuses is no bug: a path that leads nowhere, a file where a folder should be, a full disk. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException & { readonly path: string } {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  return [code, syscall, path].every((each) => typeof each === 'string');
}

const called = (name: CommandName): string => (name === 'approxgen' ? name : `approxgen ${name}`);

/** What commander found wrong with a command line, in our words. */
export function wrongUsage(
  error: CommanderError,
  name: CommandName,
  { args, registeredArguments }: Command,
): Error {
  const [, quoted = ''] = /'([^']*)'/.exec(error.message) ?? [];
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownOption(quoted.replace(/=.*$/s, ''), name);
    case 'commander.optionMissingArgument':
      return missingValue(quoted.replace(/^--/, '').replace(/ .*$/s, ''), 'nothing follows', optionsOf(name));
    case 'commander.missingArgument': {
      const example = EXAMPLES[name]?.[0];
      return usageError(
        'missing-argument',
        `${called(name)} needs <${quoted}>, which is missing`,
        example && `such as: ${example.command}`,
      );
    }
    case 'commander.excessArguments': {
      const extra = args[registeredArguments.length];
      const takes = registeredArguments.map((argument) => `<${argument.name()}>`).join(' ');
      return usageError(
        'stray-word',
        `"${extra}" is one word too many; ${called(name)} takes ${takes === '' ? 'options only' : takes}`,
        `see ${called(name)} --help`,
      );
    }
    default:
      return usageError('bad-usage', error.message.replace(/^error: /, ''), `see ${called(name)} --help`);
  }
}

function unknownOption(flag: string, name: CommandName): Error {
  const own = optionsOf(name).flatMap(spellings);
  const bare = flag.replace(/^-+/, '');
  const others = COMMANDS.filter(
    (other) => other !== name && optionsOf(other).some((row) => spellings(row).includes(bare)),
  );
  const near = own.includes(bare) ? bare : nearest(bare, own);
  const setting = KERNEL_OPTIONS.find((row) => spellings(row).includes(bare));
  const hint =
    name === 'build' && setting
      ? `configurations say it: "${setting.key}"`
      : others.length > 0 && !own.includes(bare)
        ? `it is an option of ${others.map(called).join(', ')}`
        : near !== undefined
          ? `did you mean --${near}?`
          : `see ${called(name)} --help`;
  return usageError('unknown-option', `${called(name)} has no such option`, hint, flag);
}
