import { closest, distance } from 'fastest-levenshtein';
import { usageError } from '../diagnostic.js';
import type { FunctionDefinition } from './definition.js';
import { exp } from './exp.js';
import { log2 } from './log2.js';
import { rsqrt } from './rsqrt.js';
import { sigmoid } from './sigmoid.js';
import { tanh } from './tanh.js';

/** Every function that approxgen knows by name. */
export const FUNCTIONS: readonly FunctionDefinition[] = Object.freeze(
  [tanh, sigmoid, rsqrt, exp, log2].map((definition) => Object.freeze(definition)),
);

/** @throws usage error that names the nearest function */
export function findFunction(name: string, path = '--fn'): FunctionDefinition {
  const found = FUNCTIONS.find((definition) => definition.name === name);
  if (found) return found;
  const names = FUNCTIONS.map((definition) => definition.name);
  const nearest = closest(name.toLowerCase(), names);
  const guess = distance(name.toLowerCase(), nearest) <= 3 ? `did you mean ${nearest}? ` : '';
  throw usageError(
    'unknown-function',
    `"${name}" is not a function that approxgen knows; expected one of ${names.join(', ')}`,
    `${guess}see: approxgen list`,
    path,
  );
}
