import { completePlan } from '../../src/plan/build.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';

/** Plans that say what no plan of the conformance table does. */
export const SECRET_PLANS: Readonly<Record<string, () => KernelPlan>> = {
  'exceptions, side by side, apart and at both ends': () => {
    const plan = PLANS['odd, tail apart']();
    const inputs = [-2048, -2047, -5, 0, 1, 2, 700, 2047];
    return completePlan({ ...plan, exceptions: { inputs, outputs: inputs.map((x) => x & 63) } });
  },
  'stretches without a value that touch, and an exception beside them': () => {
    const plan = PLANS['comparisons, order 0']();
    return completePlan({
      ...plan,
      undefined: [
        { lo: -1024, hi: -900, output: 3 },
        { lo: -899, hi: -1, output: -2 },
        { lo: 100, hi: 100, output: 7 },
      ],
      exceptions: { inputs: [0, 99, 101], outputs: [1, 2, 3] },
    });
  },
  'a tail that a clamp would change': () => {
    const plan = PLANS['odd, tail apart']();
    const steps = plan.steps.map((step) => ({ ...step, clamp: 300 }));
    return completePlan({ ...plan, steps });
  },
  'a negative tail that a clamp would change': () => {
    const plan = PLANS['odd, tail apart']();
    const steps = plan.steps.map((step) => ({ ...step, clamp: 300 }));
    const { high } = plan.tails;
    return completePlan({ ...plan, steps, tails: { ...(high ? { high: { ...high, output: -60 } } : {}) } });
  },
  'floors by more bits than a value or a word has': () => {
    const plan = PLANS['a floor by more bits than a double has']();
    const [leading, last] = plan.coefficientFracBits;
    return completePlan({
      ...plan,
      coefficientFracBits: [leading + 20, last],
      steps: [{ shift: plan.steps[0].shift + 20, rounding: 'floor' }],
      segments: plan.segments.map((segment, i) => ({
        ...segment,
        origin: Number(segment.lo) + 5,
        coefficients: [i % 2 === 0 ? 3 : -3, segment.coefficients[1]],
      })),
    });
  },
};
