import type { Backend } from '../tensor/backend.js';
import type { Values } from '../tensor/tensor.js';
import { parameter, type Parameters } from './parameters.js';
import { createRandomWords, normalDeviate } from './random.js';

/** Standard deviation of the initial parameters. */
export const INITIAL_DEVIATION = 0.1;
/** The stream of a seed that the initial parameters come from; epoch e is shuffled from stream e. */
const INITIAL_STREAM = 0xffffffff;

/** Biases that start from another mean than zero, by the name of the parameter. */
export type InitialMeans = Readonly<Record<string, number>>;

/**
 * Draws every parameter from N(mean, 0.1), rounded half-even. The same seed gives the same parameters everywhere.
 *
 * @param means 0 for all parameters that are not named
 */
export function initializeParameters<V extends Values>(
  backend: Backend<V>,
  parameters: Parameters<V>,
  seed: number,
  means: InitialMeans = {},
): void {
  const random = createRandomWords(seed, INITIAL_STREAM);
  for (const { name } of parameters.layout) {
    const { values } = parameter(parameters, name);
    const mean = means[name] ?? 0;
    for (let i = 0; i < values.length; i++) {
      values[i] = backend.encode(mean + INITIAL_DEVIATION * normalDeviate(random));
    }
  }
}
