import { cpus } from 'node:os';
import { Command } from 'commander';
import { ApproxgenError, renderDiagnostic } from '../src/diagnostic.js';
import { useHost } from '../src/host.js';
import { nodeHost } from '../src/node/host.js';
import { benchCortex, cortexTable } from './cortex.js';
import { benchKernels, kernelsTable } from './kernels.js';
import { benchMemory, memoryTable } from './memory.js';
import { benchGrid, gridTables } from './grid.js';
import { benchHardware, hardwareTable } from './hardware.js';
import { liveProgress } from './progress.js';
import { benchProof, proofTable, wholeProofTable } from './proof.js';
import { benchScaling, scalingTable } from './scaling.js';
import { benchSynthesis, synthesisTable } from './synthesis.js';
import { renderMarkdown, renderText, type Table } from './table.js';
import { isMet, targetFigures, targetsTable, type Results } from './targets.js';
import { benchThreads, threadsTable } from './threads.js';
import { benchTraining, trainingTable } from './training.js';

useHost(nodeHost);

const PARTS = [
  'training',
  'threads',
  'kernels',
  'synthesis',
  'grid',
  'proof',
  'scaling',
  'memory',
  'hardware',
  'cortex',
] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly json?: true;
  readonly markdown?: true;
  readonly quick?: true;
  readonly data?: string;
}

/** Rounds of each part, and the greatest step of the scaling in multiply-accumulates. */
const FULL = { training: 15, threads: 300, kernels: 15, synthesis: 5, proof: 9, scaling: 5, most: Infinity };
const QUICK = { training: 5, threads: 60, kernels: 5, synthesis: 2, proof: 3, scaling: 2, most: 5e8 };

const program = new Command('npm run bench --')
  .description('Speed: one run, contestants in turn, medians; compare ratios rather than seconds.')
  .argument('[parts...]', `any of ${PARTS.join(', ')}; all unless given`)
  .option('--quick', 'fewer rounds and smaller sizes: about a minute')
  .option('--json', 'print one JSON document')
  .option('--markdown', 'print Markdown')
  .option('--data <source>', 'what to train on, as for npm run train')
  .configureOutput({ outputError: (text, write) => write(text) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const { json, markdown, quick, data } = program.opts<Options>();
if (json && markdown) program.error('error: --json and --markdown exclude each other');
const unknown = program.args.find((part) => !(PARTS as readonly string[]).includes(part));
if (unknown !== undefined) program.error(`error: "${unknown}" is no part; expected ${PARTS.join(', ')}`);
const asked = new Set<string>(program.args.length === 0 ? PARTS : program.args);
const rounds = quick ? QUICK : FULL;
const progress = liveProgress();

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const head = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`;
const results: Partial<Record<Part, unknown>> & { -readonly [K in keyof Results]: Results[K] } = {};
let refusals = 0;

function print(table: Table): void {
  progress('');
  if (!json) process.stdout.write(`\n${(markdown ? renderMarkdown : renderText)(table)}`);
}

async function main(): Promise<void> {
  if (!json) process.stdout.write(`${head}\n`);
  if (asked.has('training')) {
    results.training = await benchTraining(rounds.training, data, progress);
    refusals += results.training.refused.length;
    print(trainingTable(results.training));
  }
  if (asked.has('threads')) {
    results.threads = await benchThreads(rounds.threads, progress);
    refusals += results.threads.refused.length;
    print(threadsTable(results.threads));
  }
  if (asked.has('kernels')) {
    results.kernels = await benchKernels(rounds.kernels, progress);
    refusals += results.kernels.refused.length;
    print(kernelsTable(results.kernels));
  }
  if (asked.has('synthesis')) {
    const synthesis = await benchSynthesis(rounds.synthesis, progress);
    Object.assign(results, { synthesis });
    print(synthesisTable(synthesis));
  }
  if (asked.has('grid')) {
    const grid = await benchGrid(quick === true, progress);
    Object.assign(results, { grid });
    gridTables(grid).forEach(print);
  }
  if (asked.has('proof')) {
    results.proof = await benchProof(rounds.proof, progress);
    print(proofTable(results.proof));
    print(wholeProofTable(results.proof));
  }
  if (asked.has('scaling')) {
    const scaling = await benchScaling(rounds.scaling, rounds.most, progress);
    refusals += scaling.refused.length;
    Object.assign(results, { scaling });
    print(scalingTable(scaling));
  }
  if (asked.has('memory')) {
    results.memory = await benchMemory(data, progress);
    print(memoryTable(results.memory));
  }
  if (asked.has('hardware')) {
    const hardware = await benchHardware(progress);
    Object.assign(results, { hardware });
    print(hardwareTable(hardware));
  }
  if (asked.has('cortex')) {
    const cortex = await benchCortex(progress);
    Object.assign(results, { cortex });
    print(cortexTable(cortex));
  }
  const targets = targetFigures(results).filter(
    ({ measured }) => measured !== undefined || asked.size === PARTS.length,
  );
  if (targets.length > 0) print(targetsTable(targets));
  if (json) {
    const judged = targets.map((target) => ({ ...target, met: isMet(target) }));
    process.stdout.write(`${JSON.stringify({ machine, ...results, targets: judged }, null, 2)}\n`);
  }
  // A contestant with wrong results is a bug, wherever it is.
  if (refusals > 0) process.exitCode = 70;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ApproxgenError)) throw error;
  process.stderr.write(`${renderDiagnostic(error.diagnostic)}\n`);
  process.exitCode = error.exitStatus;
}
