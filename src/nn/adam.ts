import type { Backend } from '../tensor/backend.js';
import type { Kernel } from '../tensor/kernel.js';
import type { Values } from '../tensor/tensor.js';
import type { Parameters } from './parameters.js';

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added to the second moment, inside the root. */
  readonly epsilon: number;
}

/**
 * What the floating-point twin needs as ε to be comparable: in Q8.24 1/√(n + ε) saturates at 128 = 2^7,
 * which is what ε = 2^-14 does.
 */
export const FLOAT_EPSILON = 2 ** -14;

export interface Adam<V extends Values> {
  /** First moment, one element per parameter. */
  readonly m: V;
  /** Second moment. */
  readonly n: V;
  /**
   * Updates the parameters from their gradients and clears those. Returns the stored step size α_t.
   *
   * @param rate factor on the learning rate, as schedules give it; 1 unless given
   */
  step(rate?: number): number;
}

/**
 * Adam (Kingma and Ba 2015, in the order of operations of its section 2, with ε inside the root):
 *
 *     m = β₁·m + (1 − β₁)·g      n = β₂·n + ((1 − β₂)·g)·g
 *     α_t = α·√(1 − β₂^t)/(1 − β₁^t)      p = p + (−α_t·m)·1/√(n + ε)
 *
 * Each product is rounded. α_t depends on the settings alone; it is computed in double precision from the
 * stored β, by running products and IEEE operations only, so that it is the same on every machine.
 *
 * @param settings.epsilon at least the smallest stored number, or the root of zero would be taken
 */
export function createAdam<V extends Values>(
  backend: Backend<V>,
  parameters: Parameters<V>,
  rsqrt: Kernel,
  settings: AdamSettings,
): Adam<V> {
  const { values, gradient, columns: count } = parameters.flat;
  const m = backend.allocate(count);
  const n = backend.allocate(count);
  const g = backend.allocate(count);
  const left = backend.allocate(count);
  const right = backend.allocate(count);

  /** −α_t for each parameter. */
  const rates = backend.allocate(count);

  const one = backend.encode(1);
  const beta1 = backend.encode(settings.beta1);
  const beta2 = backend.encode(settings.beta2);
  const epsilon = backend.encode(settings.epsilon);
  let beta1Power = 1;
  let beta2Power = 1;

  function update(): void {
    backend.settleGradient(parameters.flat, 'adam.gradient');
    backend.loadGradient(g, gradient, count);
    backend.clearGradient(gradient, count);

    backend.scale(left, m, beta1, count, 'adam.m');
    backend.scale(right, g, one - beta1, count, 'adam.m');
    backend.add(m, left, right, count, 'adam.m');

    backend.scale(right, g, one - beta2, count, 'adam.n');
    backend.multiply(right, right, g, count, 'adam.n');
    backend.scale(left, n, beta2, count, 'adam.n');
    backend.add(n, left, right, count, 'adam.n');

    backend.addConstant(right, n, epsilon, count, 'adam.epsilon');
    backend.reciprocalSquareRoot(right, right, count, rsqrt);
    backend.multiply(left, m, rates, count, 'adam.step');
    backend.multiply(left, left, right, count, 'adam.step');
    backend.add(values, values, left, count, 'adam.parameter');
  }

  let recorded: (() => void) | undefined;

  return {
    m,
    n,
    step(rate = 1) {
      beta1Power *= backend.decode(beta1);
      beta2Power *= backend.decode(beta2);
      const learningRate = settings.learningRate * rate;
      const stepSize = backend.encode((learningRate * Math.sqrt(1 - beta2Power)) / (1 - beta1Power));
      rates.fill(-stepSize);
      recorded ??= backend.record?.([update]) ?? update;
      recorded();
      return stepSize;
    },
  };
}
