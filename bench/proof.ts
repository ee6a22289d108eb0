import { tanh } from '../src/function/tanh.js';
import { scalarLoops, simdLoops } from '../src/plan/loops.js';
import { resolveSpec } from '../src/spec.js';
import { propose } from '../src/synthesize.js';
import { shardVerifier } from '../src/verify/shard.js';
import { interleaved } from './statistics.js';

export interface ProofFigure {
  readonly name: string;
  readonly millionInputsPerSecond: number;
  readonly timesMathTanh: number;
}

const INPUTS = 2 ** 22;
const FIRST = 2 ** 24;

/** The proof's speed on one thread, kernel and reference and all, beside a plain loop over `Math.tanh`. */
export function benchProof(rounds = 7): readonly ProofFigure[] {
  const { plan } = propose(resolveSpec({ function: 'tanh', range: [-8, 8], ulp: 2 }));
  const shard = { first: FIRST, last: FIRST + INPUTS - 1 };
  const compiled = simdLoops();
  const scalar = shardVerifier(plan, tanh, scalarLoops());
  const sink = new Float64Array(1);
  const contestants = [
    {
      name: 'a loop over Math.tanh',
      run: () => {
        let sum = 0;
        for (let x = shard.first; x <= shard.last; x++) sum += Math.tanh(x * 2 ** -24);
        sink[0] = sum;
      },
    },
    { name: 'proof, JavaScript', run: () => void scalar(shard) },
  ];
  if (compiled) {
    const verify = shardVerifier(plan, tanh, compiled);
    contestants.push({ name: 'proof, wasm SIMD', run: () => void verify(shard) });
  }
  const seconds = interleaved(
    contestants.map(({ run }) => run),
    rounds,
  );
  return contestants.map(({ name }, i) => ({
    name,
    millionInputsPerSecond: INPUTS / seconds[i] / 1e6,
    timesMathTanh: seconds[0] / seconds[i],
  }));
}
