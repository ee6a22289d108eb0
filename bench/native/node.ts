import { useHost } from '../../src/host.js';
import { nodeHost } from '../../src/node/host.js';
import { rawFromReal } from '../../src/fixedpoint/int32.js';
import type { NetworkShape } from '../../src/nn/network.js';
import type { Backend } from '../../src/tensor/backend.js';
import { createFloatBackend, MATH_KERNEL } from '../../src/tensor/float/backend.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import type { Values } from '../../src/tensor/tensor.js';
import { createWasmBackend } from '../../src/tensor/wasm/backend.js';
import { FRAC_BITS, loadKernels } from '../../src/train/kernels.js';
import { linkKernels } from '../../src/train/linked-kernels.js';
import { trainEpoch, type TrainingKernels } from '../../src/train/loop.js';
import { benchTrainer } from '../network.js';
import { readProblem, type Problem } from './problem.js';
import { serveEpochs } from './serve.js';

/*
 * A backend in a process of its own, as it is where somebody trains with it: several backends in one process would
 * be compiled together, and each would pay for the types that the others use. It speaks the protocol of lstm.c. The
 * arguments are the problem and its settings as JSON.
 */

export interface NodeSettings {
  readonly backend: 'js' | 'wasm' | 'float';
  readonly threads: number;
  readonly shape: NetworkShape;
  readonly batch: number;
}

async function serve<V extends Values>(
  backend: Backend<V>,
  kernels: TrainingKernels,
  problem: Problem,
  { shape, batch }: NodeSettings,
): Promise<void> {
  const trainer = benchTrainer(backend, kernels, shape, batch);
  const fixed = backend.name !== 'float';
  const toStored = (raw: number): number => (fixed ? raw : raw * 2 ** -FRAC_BITS);
  const { values: parameters } = trainer.parameters.flat;
  problem.parameters.forEach((raw, i) => (parameters[i] = toStored(raw)));
  const values = backend.allocate(problem.samples.length);
  problem.samples.forEach((raw, i) => (values[i] = toStored(raw)));
  const samples = { values, labels: problem.labels, count: problem.labels.length };

  await serveEpochs(
    (order) => void trainEpoch(trainer, samples, order),
    () => Int32Array.from(parameters, (value) => (fixed ? value : rawFromReal(value, FRAC_BITS))),
  );
  backend.dispose?.();
}

const [path, json] = process.argv.slice(2);
useHost(nodeHost);
const settings = JSON.parse(json) as NodeSettings;
const { shape, threads } = settings;
const problem = await readProblem(path, shape.timeSteps * shape.features);
if (settings.backend === 'float') {
  const math = { sigmoid: MATH_KERNEL, tanh: MATH_KERNEL, rsqrt: MATH_KERNEL };
  await serve(createFloatBackend(), math, problem, settings);
} else {
  const refuse = (message: string): void => {
    throw new Error(message);
  };
  const kernels = await loadKernels('default');
  const linked = settings.backend === 'wasm' ? await linkKernels(kernels, () => {}) : undefined;
  if (settings.backend === 'wasm' && !linked) refuse('the kernels are not linked');
  const backend =
    settings.backend === 'js'
      ? createJsBackend()
      : createWasmBackend({ threads, notify: refuse, kernels: linked });
  await serve(backend, kernels, problem, settings);
}
