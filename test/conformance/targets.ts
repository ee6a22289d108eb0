import { hasWordFormats } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { planRunner } from '../../src/plan/run.js';
import { wideRunner } from '../../src/plan/wide-run.js';
import { runWasm } from '../../src/emit/wasm-run.js';
import { loadModule, unprovenCertificate } from '../emit/module.js';

/** Runs a plan on ascending raw inputs. */
export type Run = (inputs: readonly bigint[]) => readonly bigint[];

/** A way to run a plan. */
export interface ConformingTarget {
  readonly name: string;
  /** How many random plans it is tried on, where not 200. */
  readonly randomPlans?: number;
  readonly load: (plan: KernelPlan) => Promise<Run>;
}

export const TARGETS: readonly ConformingTarget[] = [
  { name: 'runner', load: (plan) => Promise.resolve(runnerOf(plan)) },
  {
    name: 'ts',
    load: async (plan) => {
      const { scalar, array } = await loadModule(plan);
      return (inputs) => sameBothWays(inputs, scalar, array(inputs));
    },
  },
  {
    name: 'wasm',
    // The compiler takes a third of a second.
    randomPlans: 24,
    load: async (plan) => {
      const { scalar, array } = await runWasm(plan, unprovenCertificate(plan));
      return (inputs) => sameBothWays(inputs, scalar, array(inputs));
    },
  },
];

/** Throws where the scalar form gives anything but the array form. */
function sameBothWays(
  inputs: readonly bigint[],
  scalar: (x: bigint) => bigint,
  outputs: readonly bigint[],
): readonly bigint[] {
  const other = inputs.findIndex((x, i) => scalar(x) !== outputs[i]);
  if (other >= 0) {
    const [x, fromArray] = [inputs[other], outputs[other]];
    throw new Error(`the scalar form gives ${scalar(x)} at ${x}, the array form ${fromArray}`);
  }
  return outputs;
}

/** The runner takes consecutive inputs: each stretch of them is one call. */
function runnerOf(plan: KernelPlan): Run {
  if (!hasWordFormats(plan)) {
    const run = wideRunner(plan);
    return overRuns((first, length) => {
      const outputs = plan.output.signed ? new BigInt64Array(length) : new BigUint64Array(length);
      run(first, outputs);
      return [...outputs];
    });
  }
  const run = planRunner(plan);
  return overRuns((first, length) => {
    const outputs = new Float64Array(length);
    run(Number(first), outputs);
    return Array.from(outputs, BigInt);
  });
}

function overRuns(run: (first: bigint, length: number) => readonly bigint[]): Run {
  return (inputs) => {
    const outputs: bigint[] = [];
    for (let from = 0; from < inputs.length;) {
      let to = from + 1;
      while (to < inputs.length && inputs[to] === inputs[to - 1] + 1n) to++;
      outputs.push(...run(inputs[from], to - from));
      from = to;
    }
    return outputs;
  };
}
