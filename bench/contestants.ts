import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dataset, Split } from '../src/data/split.js';
import type { NetworkShape } from '../src/nn/network.js';
import type { KernelPlan } from '../src/plan/plan.js';
import { createJsBackend } from '../src/tensor/js/backend.js';
import { loadKernels } from '../src/train/kernels.js';
import { encodeSamples } from '../src/train/samples.js';
import { BUILDS, compile, hasGcc, NATIVE } from './native/compile.js';
import { planToC } from './native/plan-to-c.js';
import type { NodeSettings } from './native/node.js';
import { writeProblem } from './native/problem.js';
import { pythonWith, type Python } from './native/python.js';
import { startSession, type NativeSession } from './native/session.js';
import { ADAM, BATCH, benchTrainer, EPSILON, SHAPE } from './network.js';

/** A program that trains the network: all do the same epochs from the same start. */
export interface Contestant extends NativeSession {
  readonly name: string;
  /** Whether its parameters must be those of the reference; false for an arithmetic of its own. */
  readonly exact: boolean;
  /** Of the library that it is made with, if any. */
  readonly version?: string;
}

/** A program that could not take part, and why. */
export interface Absentee {
  readonly name: string;
  readonly reason: string;
}

export interface Contestants {
  /** The one whose parameters the others must have. */
  readonly reference: Contestant;
  readonly others: readonly Contestant[];
  readonly absent: readonly Absentee[];
}

const PLANS = ['sigmoid', 'tanh', 'rsqrt'].map((name) =>
  fileURLToPath(new URL(`../generated/plan/${name}_q8_24.json`, import.meta.url)),
);

export const NUMPY = 'NumPy';
export const PYTORCH = 'PyTorch (floats)';

/** Programs in Python, and what they need. */
const PYTHON = [
  { name: NUMPY, module: 'numpy', script: 'lstm.py', plans: PLANS, exact: true },
  { name: PYTORCH, module: 'torch', script: 'lstm_torch.py', plans: [], exact: false },
] as const;

/** The interpreter that runs all of these programs if there is one, so that they are of one installation. */
async function pythonFor(module: string): Promise<Python | undefined> {
  const all = PYTHON.map((program) => program.module);
  const common = await pythonWith(module, ...all.filter((other) => other !== module));
  return common ?? pythonWith(module);
}

const TENSORFLOW = 'TensorFlow.js (floats)';

/** Whether the machine has the package, here or where NODE_PATH says. */
export function hasTensorflow(): boolean {
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs');
    return true;
  } catch {
    return false;
  }
}

/** A backend in a process of its own; it is told nothing of its own but the problem. */
export function nodeContestant(
  name: string,
  problem: string,
  settings: NodeSettings,
  parameterCount: number,
): Contestant {
  const args = ['--import', 'tsx', join(NATIVE, 'node.ts'), problem, JSON.stringify(settings)];
  const session = startSession(process.execPath, args, parameterCount);
  return { name, exact: settings.backend !== 'float', ...session };
}

/** Starts all that this machine can run. `folder` is for what is compiled and handed over. */
export async function enterContestants(dataset: Dataset, folder: string): Promise<Contestants> {
  const others: Contestant[] = [];
  const absent: Absentee[] = [];
  const enter = async (name: string, make: () => Contestant | Promise<Contestant>): Promise<void> => {
    try {
      others.push(await make());
    } catch (error) {
      absent.push({ name, reason: error instanceof Error ? error.message.split('\n')[0] : String(error) });
    }
  };

  const problem = join(folder, 'problem');
  const count = await handOver(problem, dataset.train, SHAPE, BATCH);
  const node = (name: string, backend: NodeSettings['backend'], threads = 1): Contestant =>
    nodeContestant(name, problem, { backend, threads, shape: SHAPE, batch: BATCH }, count);

  others.push(node('wasm, 1 thread', 'wasm'));
  const threads = 'wasm, 2 threads';
  if (availableParallelism() > 1) others.push(node(threads, 'wasm', 2));
  else absent.push({ name: threads, reason: 'this machine has one core' });
  others.push(node('float (doubles)', 'float'));

  if (!(await hasGcc())) absent.push({ name: 'native C', reason: 'there is no gcc' });
  else {
    for (const [i, { label, flags }] of BUILDS.entries()) {
      const name = `native C, ${label}`;
      await enter(name, async () => {
        const header = (await loadPlans()).map((plan) => planToC(plan)).join('\n');
        const program = await compile(folder, 'lstm.c', `lstm${i}`, header, [...flags, ...definitions()]);
        return ownProcess(name, program, [problem], count);
      });
    }
  }
  const shape = JSON.stringify({ ...SHAPE, batch: BATCH });
  for (const { name, module, script, plans, exact } of PYTHON) {
    const python = await pythonFor(module);
    if (!python) {
      absent.push({ name, reason: `there is no python3 with ${module}` });
      continue;
    }
    const args = [join(NATIVE, script), problem, shape, ...plans];
    const [version] = python.versions;
    await enter(name, () => ({ ...ownProcess(name, python.command, args, count, exact), version }));
  }
  if (!hasTensorflow()) {
    absent.push({ name: TENSORFLOW, reason: 'there is no package @tensorflow/tfjs' });
  } else {
    const args = ['--import', 'tsx', join(NATIVE, 'tfjs.ts'), problem, shape];
    await enter(TENSORFLOW, () => ownProcess(TENSORFLOW, process.execPath, args, count, false));
  }
  return { reference: node('js', 'js'), others, absent };
}

function ownProcess(
  name: string,
  command: string,
  args: readonly string[],
  count: number,
  exact = true,
): Contestant {
  return { name, exact, ...startSession(command, args, count) };
}

async function loadPlans(): Promise<readonly KernelPlan[]> {
  const texts = await Promise.all(PLANS.map((path) => readFile(path, 'utf8')));
  return texts.map((text) => (JSON.parse(text) as { plan: KernelPlan }).plan);
}

/**
 * Writes data and initial parameters for programs of their own.
 *
 * @returns how many parameters there are
 */
export async function handOver(
  path: string,
  split: Split,
  shape: NetworkShape,
  batch: number,
): Promise<number> {
  const backend = createJsBackend();
  const parameters = benchTrainer(backend, await loadKernels('default'), shape, batch).parameters.flat.values;
  const { values, labels } = encodeSamples(backend, split);
  await writeProblem(path, {
    samples: values,
    labels,
    parameters,
    adam: {
      beta1: backend.encode(ADAM.beta1),
      beta2: backend.encode(ADAM.beta2),
      epsilon: backend.encode(EPSILON),
    },
    learningRate: ADAM.learningRate,
  });
  return parameters.length;
}

function definitions(): string[] {
  const { hidden, rankW, features, timeSteps, classes } = SHAPE;
  const values = {
    HIDDEN: hidden,
    RANK: rankW,
    FEATURES: features,
    STEPS: timeSteps,
    CLASSES: classes,
    BATCH,
  };
  return Object.entries(values).map(([name, value]) => `-D${name}=${value}`);
}
