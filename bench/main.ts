import { cpus } from 'node:os';
import { Command } from 'commander';
import { benchKernels } from './kernels.js';
import { benchProof } from './proof.js';
import { benchSynthesis } from './synthesis.js';
import { benchTraining } from './training.js';

const PARTS = ['training', 'kernels', 'synthesis', 'proof'] as const;
type Part = (typeof PARTS)[number];

const program = new Command('npm run bench --')
  .description('Speed, everything in one run, medians of interleaved runs; compare ratios, not seconds.')
  .argument('[parts...]', `any of ${PARTS.join(', ')}; all unless given`)
  .option('--json', 'print one JSON document')
  .option('--data <source>', 'what to train on, as for npm run train')
  .parse();

const { json, data } = program.opts<{ json?: boolean; data?: string }>();
const asked = program.args.length === 0 ? [...PARTS] : program.args;
const unknown = asked.find((part) => !(PARTS as readonly string[]).includes(part));
if (unknown !== undefined)
  program.error(`error: "${unknown}" is no part; expected ${PARTS.join(', ')}`, { exitCode: 2 });

const results: Partial<Record<Part, unknown>> & { machine: string } = {
  machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`,
};
const print = (title: string, rows: readonly object[]): void => {
  if (json) return;
  process.stdout.write(`\n${title}\n`);
  console.table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, rounded(value)]))),
  );
};

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

if (!json) process.stdout.write(`${results.machine}\n`);
if (asked.includes('kernels')) {
  results.kernels = await benchKernels();
  print('Kernels: nanoseconds an evaluation', results.kernels as object[]);
}
if (asked.includes('synthesis')) {
  results.synthesis = benchSynthesis();
  print('Synthesis: fit and segments, without the proof', results.synthesis as object[]);
}
if (asked.includes('proof')) {
  results.proof = benchProof();
  print('Proof: one thread', results.proof as object[]);
}
if (asked.includes('training')) {
  const training = await benchTraining(5, data);
  results.training = training;
  print(
    `Training: an epoch of ${training.samples} samples (${training.data}); calibration loop ${training.calibrationNs.toFixed(3)} ns a step`,
    training.figures,
  );
}
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
