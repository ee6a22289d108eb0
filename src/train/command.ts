import { setImmediate } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { loadDataset } from '../data/dataset.js';
import { ApproxgenError, renderDiagnostic, type Diagnostic } from '../diagnostic.js';
import { shortHash } from '../plan/canonical.js';
import type { Backend } from '../tensor/backend.js';
import { createFloatBackend, MATH_KERNEL } from '../tensor/float/backend.js';
import type { Values } from '../tensor/tensor.js';
import { createFixedBackend } from './backends.js';
import { formatCheckpoint } from './checkpoint.js';
import { nameRunFiles, prepareOutdir, writeRunFiles } from './files.js';
import { FRAC_BITS, loadKernels, type LoadedKernel, type LoadedKernels } from './kernels.js';
import { countInputs, writeHistograms, type CountedKernels } from './histogram.js';
import { createLiveLine } from './live-line.js';
import { formatEpoch, formatLog } from './log.js';
import type { TrainingKernels } from './loop.js';
import { checkOptions, createProgram, type TrainOptions } from './options.js';
import { describeRun } from './report.js';
import { createSession, type Session } from './session.js';

export type TrainStatus = 0 | 1 | 2 | 130;

/** Where the command writes, and how it is told to stop. */
export interface TrainCommandOutput {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** For the live line, which appears only where this is a terminal. */
  readonly terminal: NodeJS.WriteStream;
  /** Aborted when the user presses Ctrl-C. */
  readonly interrupt: AbortSignal;
}

/** Files are also written during the run, so that a crash costs no more than this. */
const SECONDS_BETWEEN_WRITES = 10;

/**
 * `npm run train`.
 *
 * @param args without the program's name
 * @returns the exit status: 0 done, 2 wrong usage, 130 interrupted (the last whole epoch has been written)
 */
export async function runTrainCommand(
  args: readonly string[],
  output: TrainCommandOutput,
): Promise<TrainStatus> {
  const complaints: string[] = [];
  const program = createProgram({
    out: (text) => output.out(text.trimEnd()),
    error: (text) => complaints.push(text.trimEnd()),
  });
  try {
    program.parse(args, { from: 'user' });
    const options = checkOptions(program);
    return options.backend === 'float'
      ? await trainFloat(options, output)
      : await trainFixed(options, output);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const json = args.includes('--json');
    if (error instanceof CommanderError) {
      const message = complaints.join('\n').replace(/^error: /, '');
      return fail(output, json, { code: error.code, message, hint: 'npm run train -- --help' }, 2);
    }
    if (error instanceof ApproxgenError) return fail(output, json, error.diagnostic, error.exitStatus);
    throw error;
  }
}

function fail<Status extends TrainStatus>(
  output: TrainCommandOutput,
  json: boolean,
  diagnostic: Diagnostic,
  status: Status,
): Status {
  output.error(renderDiagnostic(diagnostic));
  if (json) output.out(JSON.stringify({ diagnostics: [diagnostic] }));
  return status;
}

async function trainFixed(options: TrainOptions, output: TrainCommandOutput): Promise<TrainStatus> {
  const loaded: LoadedKernels = await loadKernels(options.kernels);
  const counted = options.histogram === undefined ? undefined : countInputs(loaded);
  const notice = (message: string): void => {
    if (!options.quiet) output.error(`note: ${message}`);
  };
  const name = options.backend === 'js' ? 'js' : 'wasm';
  const backend = await createFixedBackend(name, loaded, options.batch, options.threads, notice);
  try {
    const facts = {
      fracBits: FRAC_BITS,
      kernels: Object.values(loaded).map(({ scalar: _scalar, array: _array, ...kernel }) => kernel),
    };
    return await train(backend, counted?.kernels ?? loaded, options, output, facts, { counted });
  } finally {
    backend.dispose?.();
  }
}

async function trainFloat(options: TrainOptions, output: TrainCommandOutput): Promise<TrainStatus> {
  const backend = createFloatBackend();
  const kernels = { sigmoid: MATH_KERNEL, tanh: MATH_KERNEL, rsqrt: MATH_KERNEL };
  const findings = (): object => ({ ranges: Object.fromEntries(backend.ranges) });
  return train(backend, kernels, options, output, {}, { findings });
}

/** What the files of a run say about its arithmetic. */
interface RunFacts {
  readonly fracBits?: number;
  readonly kernels?: readonly Omit<LoadedKernel, 'scalar' | 'array'>[];
}

/**
 * @param facts what the files should say about the arithmetic
 * @param extras.findings what there is to say about it at the end
 * @param extras.counted the kernels, where they count their inputs
 */
async function train<V extends Values>(
  backend: Backend<V>,
  kernels: TrainingKernels,
  options: TrainOptions,
  output: TrainCommandOutput,
  facts: RunFacts,
  {
    findings = () => ({}),
    counted,
  }: { readonly findings?: () => object; readonly counted?: CountedKernels | undefined },
): Promise<TrainStatus> {
  const session = await createSession(
    backend,
    kernels,
    options,
    () => loadDataset(options.data),
    counted?.uncounted,
  );
  await prepareOutdir(options.outdir);
  if (options.histogram !== undefined) await prepareOutdir(options.histogram);
  const files = nameRunFiles(options.outdir, new Date());
  const say = options.quiet || options.json ? () => {} : output.out;
  const { dataset } = session;
  say(
    `${dataset.name}: ${dataset.train.count} training and ${dataset.test.count} test samples; ` +
      `${session.trainer.parameters.flat.columns} parameters; backend ${backend.name}`,
  );
  for (const { name, planHash, maxUlp, range } of facts.kernels ?? []) {
    say(`kernel ${name} ${shortHash(planHash)} error ≤ ${maxUlp} ulp on [${range.join(', ')}]`);
  }
  if (dataset.note !== undefined) say(`note: ${dataset.note}`);

  const describe = (): object => ({
    ...describeRun(session, options, dataset.name),
    ...facts,
    ...findings(),
  });
  const write = async (): Promise<void> => {
    const { lastWhole, epochs, trainer } = session;
    if (lastWhole === undefined) return;
    const archive = formatCheckpoint(trainer.parameters.layout, lastWhole, describe());
    await writeRunFiles(files, archive, formatLog(epochs));
  };
  let interrupted: boolean;
  let histograms: readonly string[] = [];
  try {
    interrupted = await runEpochs(session, options, output, say, write);
  } finally {
    await write(); // whatever happened, the whole epochs are not lost
    if (counted && options.histogram !== undefined) {
      histograms = await writeHistograms(options.histogram, counted.counters);
    }
  }
  const written = session.lastWhole === undefined ? [] : [files.parameters, files.log];
  const all = [...written, ...histograms];
  if (options.json) {
    output.out(JSON.stringify({ ...describe(), epochs: session.epochs, interrupted, files: all }));
  } else if (interrupted) {
    output.error(
      written.length === 0
        ? 'interrupted before the first epoch was over: nothing is written'
        : `interrupted: ${written.join(' and ')} hold the ${session.epochs.length} whole epochs`,
    );
  } else {
    say(all.join('\n'));
  }
  return interrupted ? 130 : 0;
}

/** @returns whether the run was interrupted */
async function runEpochs<V extends Values>(
  session: Session<V>,
  options: TrainOptions,
  output: TrainCommandOutput,
  say: (line: string) => void,
  write: () => Promise<void>,
): Promise<boolean> {
  const { interrupt } = output;
  const quiet = options.quiet === true || options.json === true;
  const live = quiet ? undefined : createLiveLine(output.terminal);
  const start = performance.now();
  let lastWrite = start;
  while (session.epochs.length < options.epochs) {
    const epoch = session.epochs.length + 1;
    const record = await session.runEpoch(async ({ batch, batches, score }) => {
      if (batch === 0) live?.start(epoch, options.epochs);
      live?.update(batch + 1, batches, score.loss);
      await setImmediate(); // lets Ctrl-C in
      return !interrupt.aborted;
    });
    live?.stop();
    if (record === undefined) return true;
    const now = performance.now();
    const secondsLeft = ((now - start) / 1000 / epoch) * (options.epochs - epoch);
    say(formatEpoch(record, options.epochs, secondsLeft));
    if (now - lastWrite > SECONDS_BETWEEN_WRITES * 1000) {
      await write();
      lastWrite = performance.now();
    }
  }
  return false;
}
