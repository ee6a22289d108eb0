import { usageError } from '../diagnostic.js';
import { required } from '../host.js';

type Template = (view: object) => string;

const cache = new Map<string, Template>();

/** The text that the template at templates/<path> makes of a view: strict, without escaping, without helpers of its own. */
export async function render(path: string, view: object): Promise<string> {
  const template = cache.get(path) ?? (await compile(path));
  cache.set(path, template);
  return template(view);
}

const DECODER = new TextDecoder();

async function compile(path: string): Promise<Template> {
  const file = `templates/${path}`;
  const source = required('readFile', 'printing a kernel')(file);
  if (source === undefined) {
    throw usageError('file-missing', `the host has no file ${file}`, 'it is in the package approxgen');
  }
  // Loaded only where something is printed.
  const { default: handlebars } = await import('handlebars');
  const text = typeof source === 'string' ? source : DECODER.decode(source);
  return handlebars.compile(text, { noEscape: true, strict: true, knownHelpersOnly: true });
}
