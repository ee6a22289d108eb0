import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the package, wherever the code runs from (sources, dist or an installed package). */
export function packageFile(...path: readonly string[]): string {
  return join(root(), ...path);
}

/** The first folder above this file that holds the package's templates. */
function root(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'templates', 'ts'))) return folder;
    if (folder === dirname(folder)) throw new Error('the templates folder of the package is missing');
  }
}
