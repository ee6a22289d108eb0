import { findFunction } from '../src/function/catalogue.js';
import { scalarLoops, simdLoops } from '../src/plan/loops.js';
import { resolveSpec } from '../src/spec.js';
import { propose } from '../src/propose/propose.js';
import { shardVerifier } from '../src/verify/shard.js';
import type { Progress } from './progress.js';
import { interleaved, measured } from './statistics.js';
import type { Table } from './table.js';

export interface ProofFigure {
  readonly name: string;
  /** Of the median run. */
  readonly millionInputsPerSecond: number;
  /** Of the best run. */
  readonly mostMillionInputsPerSecond: number;
  readonly timesMathTanh: number;
}

const INPUTS = 2 ** 22;
const FIRST = 2 ** 24;

/** The proof's speed on one thread, kernel and reference and all, beside a plain loop over `Math.tanh`. */
export async function benchProof(rounds: number, progress: Progress): Promise<readonly ProofFigure[]> {
  progress('proof');
  const tanh = findFunction('tanh');
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
  const timings = await interleaved(
    contestants.map(({ run }) => measured(run)),
    rounds,
  );
  return contestants.map(({ name }, i) => ({
    name,
    millionInputsPerSecond: INPUTS / timings[i].median / 1e6,
    mostMillionInputsPerSecond: INPUTS / timings[i].minimum / 1e6,
    timesMathTanh: timings[0].median / timings[i].median,
  }));
}

export function proofTable(figures: readonly ProofFigure[]): Table {
  return {
    title: 'Proof: millions of inputs a second, one thread',
    notes: [`tanh in Q8.24, ${INPUTS} inputs from 1 on: the kernel, the reference and their comparison.`],
    columns: ['program', 'median', 'most', '× Math.tanh'],
    rows: figures.map(({ name, millionInputsPerSecond, mostMillionInputsPerSecond, timesMathTanh }) => [
      name,
      millionInputsPerSecond,
      mostMillionInputsPerSecond,
      timesMathTanh,
    ]),
  };
}
