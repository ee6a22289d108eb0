import { join } from 'node:path';
import { drawDataset } from '../src/data/drawn.js';
import { handOver, nodeContestant, type Absentee } from './contestants.js';
import { trainingStepMacs } from './macs.js';
import { scratchFolder } from './native/compile.js';
import { BATCH, SEED, SHAPE } from './network.js';
import type { Progress } from './progress.js';
import type { Table } from './table.js';
import { race } from './training.js';

export interface ScalingFigure {
  readonly hidden: number;
  readonly batch: number;
  /** Multiply-accumulates of one training step, forward and backward. */
  readonly macs: number;
  /** Nanoseconds per multiply-accumulate, of the quickest run; undefined where a backend is not there. */
  readonly js: number | undefined;
  readonly wasm: number | undefined;
}

export interface ScalingBench {
  readonly figures: readonly ScalingFigure[];
  readonly absent: readonly Absentee[];
  readonly refused: readonly Absentee[];
}

const HIDDEN = [10, 32, 128];
const BATCHES = [128, 512, 2048];
/** A run takes as many training steps as come to this many multiply-accumulates, but at least one. */
const RUN_MACS = 6e7;
const WARM_UP = 1;

/**
 * Time per multiply-accumulate of a whole training step, for networks and batches of several sizes.
 *
 * @param most multiply-accumulates of a step beyond which a combination is left out
 */
export async function benchScaling(rounds: number, most: number, progress: Progress): Promise<ScalingBench> {
  const split = drawDataset(SEED).train;
  const folder = await scratchFolder();
  const figures: ScalingFigure[] = [];
  const absent: Absentee[] = [];
  const refused: Absentee[] = [];
  try {
    for (const hidden of HIDDEN) {
      const shape = { ...SHAPE, hidden };
      const problem = join(folder.path, `hidden${hidden}`);
      const count = await handOver(problem, split, shape, BATCH);
      for (const batch of BATCHES) {
        const place = `hidden ${hidden}, batch ${batch}`;
        const { forward, backward } = trainingStepMacs(shape, batch);
        const macs = forward + backward;
        if (macs > most) {
          absent.push({ name: place, reason: 'it takes too long here' });
          continue;
        }
        progress(`scaling: ${place}`);
        const steps = Math.max(1, Math.round(RUN_MACS / macs));
        const order = Int32Array.from({ length: batch * steps }, (_, i) => i % split.count);
        const [js, wasm] = (['js', 'wasm'] as const).map((backend) =>
          nodeContestant(backend, problem, { backend, threads: 1, shape, batch }, count),
        );
        try {
          const orders = Array.from({ length: WARM_UP + rounds }, () => order);
          const outcome = await race(js, [wasm], orders, WARM_UP);
          refused.push(...outcome.refused.map(({ name, reason }) => ({ name: `${name}, ${place}`, reason })));
          const perMac = (name: string): number | undefined => {
            const figure = outcome.figures.find((one) => one.name === name);
            return figure && (figure.seconds.minimum * 1e9) / (macs * steps);
          };
          figures.push({ hidden, batch, macs, js: perMac('js'), wasm: perMac('wasm') });
        } finally {
          await Promise.all([js.close(), wasm.close()]);
        }
      }
    }
    return { figures, absent, refused };
  } finally {
    await folder.remove();
  }
}

export function scalingTable({ figures, absent, refused }: ScalingBench): Table {
  return {
    title: 'Scaling: nanoseconds a multiply-accumulate of a training step',
    notes: [
      'Everything that a step does, divided by what its matrix products multiply and add, forward and backward; of the quickest run.',
      ...refused.map(({ name, reason }) => `Refused: ${name}: ${reason}.`),
      ...absent.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`),
    ],
    columns: ['hidden', 'batch', 'million MACs', 'js ns', 'wasm ns', 'js ÷ wasm'],
    rows: figures.map(({ hidden, batch, macs, js, wasm }) => [
      String(hidden),
      String(batch),
      macs / 1e6,
      js,
      wasm,
      wasm && js && js / wasm,
    ]),
  };
}
