import { ApproxgenError, type Diagnostic } from '../diagnostic.js';
import type { ParameterSource } from '../plan/plan.js';
import { KERNEL_OPTIONS, type KernelOption } from './options.js';

/** Where options were given: what messages call them, and how a reader is told to give another. */
export interface Place {
  readonly source: Extract<ParameterSource, 'flag' | 'config' | 'library'>;
  /** What stands before a key in a path: `lstm.json: kernels[0]`, `spec`. */
  readonly prefix: string;
  /** How the user spelt keys that have two spellings. */
  readonly spelt: ReadonlyMap<string, string>;
}

const AS_USUAL: ReadonlyMap<string, string> = new Map();

export const flagPlace = (spelt = AS_USUAL): Place => ({ source: 'flag', prefix: '', spelt });
export const configPlace = (prefix: string, spelt = AS_USUAL): Place => ({ source: 'config', prefix, spelt });
export const libraryPlace = (spelt = AS_USUAL, prefix = 'spec'): Place => ({
  source: 'library',
  prefix,
  spelt,
});

const byFlag: ReadonlyMap<string, KernelOption> = new Map(KERNEL_OPTIONS.map((row) => [row.flag, row]));

/** The path of an option in a message: `--in`, `lstm.json: kernels[0].input`, `spec.input`. */
export function pathOf(place: Place, { key, flag }: { readonly key: string; readonly flag: string }): string {
  const spelling = place.spelt.get(key);
  return place.source === 'flag' ? `--${spelling ?? flag}` : `${place.prefix}.${spelling ?? key}`;
}

/**
 * A diagnostic as it has to read where the options were given. Everything below the command line, the
 * configurations and the library speaks of options as the command line does; this is the one place that translates.
 */
export function relocated(diagnostic: Diagnostic, place: Place): Diagnostic {
  const row = byFlag.get(diagnostic.path?.replace(/^--/, '') ?? '');
  const path = row
    ? pathOf(place, row)
    : (diagnostic.path ?? (place.source === 'config' ? place.prefix : undefined));
  const say = (text: string): string => (place.source === 'flag' ? text : translated(text, place));
  return {
    ...diagnostic,
    message: say(diagnostic.message),
    ...(diagnostic.hint === undefined ? {} : { hint: say(diagnostic.hint) }),
    ...(path === undefined ? {} : { path }),
  };
}

/** The same for anything that was thrown; what is no diagnostic stays as it is. */
export function relocatedError(error: unknown, place: Place): unknown {
  if (!(error instanceof ApproxgenError)) return error;
  return new ApproxgenError(relocated(error.diagnostic, place), error.exitStatus);
}

/** Options in a sentence, with a value behind an equals sign or a space: `try --range=-8,8, or more --guard bits`. */
const OPTION = /--([a-z][a-z-]*)(?:(=| )('[^']*'|[^\s;)]*[^\s;,.?)]))?/g;

function translated(text: string, place: Place): string {
  return text.replaceAll(OPTION, (all, flag: string, sign?: string, value?: string) => {
    const row = byFlag.get(flag);
    if (!row) return all;
    const name = place.spelt.get(row.key) ?? row.key;
    const key = place.source === 'config' ? `"${name}"` : name;
    const plain = value?.replaceAll("'", '');
    if (plain === undefined || (sign === ' ' && !isValue(row, plain)))
      return `${key}${sign ?? ''}${value ?? ''}`;
    return `${key}: ${literal(row, plain, place)}`;
  });
}

/** Whether what stands behind an option is its value, and not the next word of the sentence. */
function isValue({ kind }: KernelOption, text: string): boolean {
  if (kind.is === 'choice') return kind.choices.includes(text);
  return kind.is === 'text' ? /[_.\d(]/.test(text) : /^[-\d.,]*\d$/.test(text);
}

/** A value as a configuration or a program writes it. */
function literal({ kind }: KernelOption, text: string, { source }: Place): string {
  switch (kind.is) {
    case 'range':
    case 'numbers':
      return `[${text === 'none' ? '' : text.split(',').join(', ')}]`;
    case 'text':
    case 'choice':
      return source === 'config' ? JSON.stringify(text) : `'${text}'`;
    case 'whole':
    case 'number':
    case 'ulps':
    case 'switch':
      return text;
  }
}
