import { closest, distance } from 'fastest-levenshtein';

/** `did you mean tanh?`, where one of the names is near to a text: the same letters, or few edits away. */
export function didYouMean(text: string, names: readonly string[], edits: number): string | undefined {
  const lower = text.toLowerCase();
  const letters = (word: string): string => [...word].toSorted().join('');
  const nearest = names.find((name) => letters(name) === letters(lower)) ?? closest(lower, names);
  return nearest !== undefined && distance(lower, nearest) <= edits ? `did you mean ${nearest}?` : undefined;
}
