import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { findFunction } from '../src/function/catalogue.js';
import { scalarLoops, simdLoops } from '../src/plan/loops.js';
import { resolveSpec } from '../src/spec.js';
import { propose } from '../src/propose/propose.js';
import type { KernelPlan } from '../src/plan/plan.js';
import { packageFile } from '../src/package-root.js';
import { shardVerifier } from '../src/verify/shard.js';
import { verify as prove } from '../src/verify/verify.js';
import type { Progress } from './progress.js';
import { interleaved, measured, type Timing } from './statistics.js';
import type { Table } from './table.js';

export interface ProofFigure {
  readonly name: string;
  /** Of the median run. */
  readonly millionInputsPerSecond: number;
  /** Of the best run. */
  readonly mostMillionInputsPerSecond: number;
  readonly timesMathTanh: number;
}

/** A proof of every input of a format, as `approxgen verify` runs it: checks, workers, certificate and all. */
export interface WholeFigure {
  readonly kernel: string;
  readonly inputs: number;
  readonly threads: number;
  readonly seconds: Timing;
  /** What all threads of this process took together, in the run that took least: what else runs does not count. */
  readonly processorSeconds: number;
  readonly millionInputsPerSecond: number;
  /** Nanoseconds an input of a loop over Math.tanh on one thread, spread over the same format. */
  readonly mathNanoseconds: number;
  readonly timesMathTanh: number;
}

export interface ProofBench {
  readonly figures: readonly ProofFigure[];
  readonly whole: readonly WholeFigure[];
}

const INPUTS = 2 ** 22;
const FIRST = 2 ** 24;

/** The proof's speed on one thread, kernel and reference and all, beside a plain loop over `Math.tanh`. */
async function benchChunks(rounds: number): Promise<readonly ProofFigure[]> {
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

/** Inputs of a format that the loop over Math.tanh takes, at equal distances: it is quicker where tanh is flat. */
const SPREAD = 2 ** 22;

async function benchWhole(plan: KernelPlan, rounds: number, warmUp: number): Promise<WholeFigure> {
  const inputs = 2 ** plan.input.bits;
  const samples = Math.min(inputs, SPREAD);
  const unit = 2 ** -plan.input.fracBits;
  const stride = (inputs / samples) * unit;
  const least = -(inputs / 2) * unit;
  const sink = new Float64Array(1);
  let processorSeconds = Infinity;
  const [seconds, loop] = await interleaved(
    [
      async () => {
        const [start, before] = [performance.now(), process.cpuUsage()];
        const { met } = await prove(plan);
        if (!met) throw new Error(`${plan.name} misses its target`);
        const { user, system } = process.cpuUsage(before);
        processorSeconds = Math.min(processorSeconds, (user + system) / 1e6);
        return (performance.now() - start) / 1000;
      },
      measured(() => {
        let sum = 0;
        for (let i = 0; i < samples; i++) sum += Math.tanh(least + i * stride);
        sink[0] = sum;
      }),
    ],
    rounds,
    warmUp,
  );
  const mathNanoseconds = (loop.minimum / samples) * 1e9;
  return {
    kernel: plan.name,
    inputs,
    // Small formats are proven in this thread.
    threads: plan.input.bits > 20 ? availableParallelism() : 1,
    seconds,
    processorSeconds,
    millionInputsPerSecond: inputs / seconds.minimum / 1e6,
    mathNanoseconds,
    timesMathTanh: (mathNanoseconds * inputs) / 1e9 / seconds.minimum,
  };
}

/** The kernel of approx-configs/lstm.json. */
function committed(name: string): KernelPlan {
  const file = packageFile('generated', 'plan', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly plan: KernelPlan }).plan;
}

/** With the fewest segments, at 1.25 ulp: products are wider than a double's 53 bits. */
const FEWEST = ['tanh', 'exp', 'gelu', 'sin'] as const;

/**
 * Part of a format on one thread, and whole formats: 2^16 inputs, and 2^32 of each kernel that trains, and of some
 * that have the fewest segments.
 */
export async function benchProof(rounds: number, progress: Progress): Promise<ProofBench> {
  progress('proof');
  const figures = await benchChunks(rounds);
  const { plan: small } = propose(resolveSpec({ function: 'tanh', format: 'Q4.12', ulp: 1 }));
  progress('proof: 2^16 inputs');
  const whole = [await benchWhole(small, 3 * rounds, 9)];
  // Reduced functions on the interval of their reduced argument, so that figures of all versions compare.
  const fewest = FEWEST.map((name) => {
    const { reduction, defaultRange } = findFunction(name);
    const range = reduction.kind === 'none' || !defaultRange ? {} : { range: defaultRange };
    return resolveSpec({ function: name, name: `${name}_fewest`, ulp: 1.25, ...range });
  });
  const large = [
    ...['tanh_q8_24', 'sigmoid_q8_24', 'rsqrt_q8_24'].map(committed),
    ...fewest.map((spec) => ({ ...propose(spec).plan, name: spec.name })),
  ];
  for (const plan of large) {
    progress(`proof: 2^32 inputs, ${plan.name}`);
    whole.push(await benchWhole(plan, Math.max(1, Math.floor(rounds / 3)), 0));
  }
  return { figures, whole };
}

export function wholeProofTable({ whole }: ProofBench): Table {
  return {
    title: 'Proof: every input of a format',
    notes: [
      'From the plan to its certificate: checks, workers’ start, tails and all. × Math.tanh: the time of a plain loop',
      'on one thread over as many inputs, spread over the format, as a multiple. The least of the runs counts.',
    ],
    columns: [
      'kernel',
      'inputs',
      'threads',
      'least s',
      'median s',
      'processor s',
      'million/s',
      'Math.tanh ns',
      '× Math.tanh',
    ],
    rows: whole.map((figure) => [
      figure.kernel,
      String(figure.inputs),
      String(figure.threads),
      figure.seconds.minimum,
      figure.seconds.median,
      figure.processorSeconds,
      figure.millionInputsPerSecond,
      figure.mathNanoseconds,
      figure.timesMathTanh,
    ]),
  };
}

export function proofTable({ figures }: ProofBench): Table {
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
