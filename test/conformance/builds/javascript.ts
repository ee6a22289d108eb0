import { planTarget } from '../../../src/emit/plan-json.js';
import { typescriptTarget } from '../../../src/emit/ts.js';
import { wasmTarget } from '../../../src/emit/wasm.js';
import { TARGETS } from '../targets.js';
import { wordsOf, type Build, type ConformingTarget } from './build.js';

/** What is run in this process. */
function ownBuild(name: string): Build {
  const found = TARGETS.find((target) => target.name === name);
  if (!found) throw new TypeError(name);
  return {
    name: 'node',
    missing: () => undefined,
    answer: async (jobs) => {
      const answers: (readonly bigint[])[] = [];
      for (const { plan, inputs } of jobs) answers.push((await found.load(plan))(inputs));
      return wordsOf(answers);
    },
    // The suite of what runs in this process tries all of them, with all inputs.
    thinned: { every: 10, inputs: 100 },
    // The runner of proofs takes consecutive inputs; each of a sample is a run of its own.
    ...(name === 'runner' ? { portion: { complete: Infinity, narrow: 65536, wide: 8192 } } : {}),
  };
}

export const JAVASCRIPT: readonly ConformingTarget[] = [
  { name: 'plan', target: planTarget, builds: [ownBuild('runner')], refusals: {} },
  { name: 'ts', target: typescriptTarget, builds: [ownBuild('ts')], refusals: {} },
  { name: 'wasm', target: wasmTarget, builds: [ownBuild('wasm')], refusals: {} },
];
