import type { Backend } from '../tensor/backend.js';
import type { Values } from '../tensor/tensor.js';
import type { Parameters } from './parameters.js';
import { createRandomWords, normalDeviate } from './random.js';

/** Standard deviation of the initial parameters. */
export const INITIAL_DEVIATION = 0.1;
/** The stream of a seed that the initial parameters come from; epoch e is shuffled from stream e. */
const INITIAL_STREAM = 0xffffffff;

/** Draws every parameter from N(0, 0.1), rounded half-even. The same seed gives the same parameters everywhere. */
export function initializeParameters<V extends Values>(
  backend: Backend<V>,
  parameters: Parameters<V>,
  seed: number,
): void {
  const random = createRandomWords(seed, INITIAL_STREAM);
  const { values, columns } = parameters.flat;
  for (let i = 0; i < columns; i++) values[i] = backend.encode(INITIAL_DEVIATION * normalDeviate(random));
}
