import { readFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

type Template = (view: object) => string;

const cache = new Map<string, Template>();

/** The package's root: the first folder above this file that has templates. */
function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'templates', 'ts'))) return folder;
    if (folder === dirname(folder)) throw new Error('the templates folder of the package is missing');
  }
}

/** The template at templates/<path>: strict, without escaping, without helpers of its own. */
export function template(path: string): Template {
  let compiled = cache.get(path);
  if (!compiled) {
    const source = readFileSync(join(packageRoot(), 'templates', path), 'utf8');
    compiled = Handlebars.compile(source, { noEscape: true, strict: true, knownHelpersOnly: true });
    cache.set(path, compiled);
  }
  return compiled;
}
