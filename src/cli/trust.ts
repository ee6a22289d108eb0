import { resolve } from 'node:path';
import { show, usageError } from '../diagnostic.js';
import { shellWord } from '../spec/shell.js';

/** Refuses to run the module that a file names as its function, unless the user names it too. */
export type Trust = (module: string, file: string) => void;

/**
 * Trust in one module at most: a file that names another is data from a stranger.
 *
 * @param trusted what `--trust-module` gives
 */
export function trustIn(trusted: string | undefined): Trust {
  return (module, file) => {
    if (trusted !== undefined && resolve(trusted) === resolve(module)) return;
    const other = trusted === undefined ? '' : `, not in ${show(trusted)}`;
    throw usageError(
      'untrusted-module',
      `its function is in the module ${show(module)}${other}; expected a module that you trust, as its code is run`,
      `--trust-module ${shellWord(module)} runs it`,
      file,
    );
  };
}
