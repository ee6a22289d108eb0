import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { packageFile } from '../package-root.js';

type Template = (view: object) => string;

const cache = new Map<string, Template>();

/** The template at templates/<path>: strict, without escaping, without helpers of its own. */
export function template(path: string): Template {
  let compiled = cache.get(path);
  if (!compiled) {
    const source = readFileSync(packageFile('templates', path), 'utf8');
    compiled = Handlebars.compile(source, { noEscape: true, strict: true, knownHelpersOnly: true });
    cache.set(path, compiled);
  }
  return compiled;
}
