import { distance } from 'fastest-levenshtein';
import { show, usageError } from './diagnostic.js';

/** What makes no difference to a person: case, and how words are joined. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');
const letters = (text: string): string => [...text].toSorted().join('');

/** Shorter texts are the beginning of too many names. */
const LEAST_BEGINNING = 3;
/** What likely slips count, in edits: letters in another order, a name that was not written to its end. */
const REORDERED = 0.8;
const CUT_SHORT = 0.9;

/**
 * How far a text is from a name, in edits: 0 for another case or another way to join its words, and less than one for
 * likely slips. Infinity where a person would hardly mean the name: more than one edit in three letters.
 */
function farness(text: string, name: string): number {
  const [a, b] = [plain(text), plain(name)];
  if (a === b) return 0;
  const edits = slip(a, b) ?? distance(a, b);
  return edits <= Math.floor(Math.max(a.length, b.length) / 3) ? edits : Infinity;
}

function slip(text: string, name: string): number | undefined {
  if (letters(text) === letters(name)) return REORDERED;
  if (text.length >= LEAST_BEGINNING && name.startsWith(text)) return CUT_SHORT;
  return name.length >= LEAST_BEGINNING && text.startsWith(name) ? 1 : undefined;
}

/** The name that a text was probably meant to be; undefined where none is near. */
export function nearest(text: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, far: farness(text, name), edits: distance(text, name) }))
    .filter(({ far }) => far < Infinity)
    .toSorted((a, b) => a.far - b.far || a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return best?.name;
}

/** `did you mean tanh?`, where one of the names is near to a text. */
export function didYouMean(text: string, names: readonly string[]): string | undefined {
  const name = nearest(text, names);
  return name === undefined ? undefined : `did you mean ${name}?`;
}

/** A usage error for a text that should be one of a list. A hint that is given stands behind the guess. */
export function notOneOf(
  code: string,
  value: unknown,
  what: string,
  choices: readonly string[],
  path?: string,
  hint?: string,
): Error {
  const guess = typeof value === 'string' ? didYouMean(value, choices) : undefined;
  const hints = guess !== undefined && hint !== undefined ? `${guess} ${capitalised(hint)}` : (guess ?? hint);
  return usageError(code, `${show(value)} is not ${what}`, hints, path, choices);
}

const capitalised = (text: string): string => text[0].toUpperCase() + text.slice(1);
