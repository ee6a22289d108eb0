import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterContestants,
  hasTensorflow,
  nodeContestant,
  NUMPY,
  PYTORCH,
  type Contestants,
} from '../../bench/contestants.js';
import { kernelInputs } from '../../bench/kernels.js';
import { compile, NATIVE, scratchFolder } from '../../bench/native/compile.js';
import { planToC, UnsupportedPlan } from '../../bench/native/plan-to-c.js';
import { decodeProblem, encodeProblem, readProblem, writeProblem } from '../../bench/native/problem.js';
import { pythonWith } from '../../bench/native/python.js';
import { lastWords, startSession } from '../../bench/native/session.js';
import { BATCH, SHAPE } from '../../bench/network.js';
import { race } from '../../bench/training.js';
import { drawDataset } from '../../src/data/drawn.js';
import { needs, skipWithout } from '../support/needs.js';
import { missing } from '../support/tools.js';
import { narrow } from '../plan/narrow.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';

const NAMES = ['sigmoid', 'tanh', 'rsqrt'] as const;
const plans = NAMES.map(
  (name) =>
    (JSON.parse(readFileSync(`generated/plan/${name}_q8_24.json`, 'utf8')) as { plan: KernelPlan }).plan,
);
let folder: Awaited<ReturnType<typeof scratchFolder>>;

beforeAll(async () => {
  folder = await scratchFolder();
});
afterAll(() => folder.remove());

describe('a problem', () => {
  const problem = {
    samples: Int32Array.of(1, -2, 3, 2 ** 31 - 1, -(2 ** 31), 6),
    labels: Uint8Array.of(9, 0, 255),
    parameters: Int32Array.of(-7, 8),
    adam: { beta1: 5, beta2: -6, epsilon: 1 },
    learningRate: 0.1,
  };
  test('survives being written and read, whatever its alignment', () => {
    expect(decodeProblem(encodeProblem(problem), 2)).toEqual(problem);
  });
});

test('of what a program wrote, the error is what it says', () => {
  expect(lastWords('x.ts:3\n  throw\n\nRangeError: too large\n    at f\nNode.js v20\n')).toBe(
    'RangeError: too large',
  );
  expect(lastWords('a sum\n')).toBe('a sum');
  expect(lastWords('')).toBeUndefined();
});

test('a session that cannot start says so', async () => {
  const session = startSession('/no/such/program', [], 1);
  await expect(session.epoch(new Int32Array(1))).rejects.toThrow('ENOENT');
  await session.close();
});

describe('C from a plan', () => {
  needs('gcc');

  test.each(plans.map((plan) => [plan.name, plan] as const))('%s is what the plan means', async (_, plan) => {
    const edges = [
      0,
      1,
      -1,
      2 ** 31 - 1,
      -(2 ** 31),
      2 ** 24,
      2 ** 27 - 1,
      2 ** 27,
      -(2 ** 27),
      2 ** 28 - 1,
      2 ** 28,
    ];
    const seams = narrow(plan).segments.flatMap(({ lo }) =>
      [lo - 1, lo, -lo, 1 - lo].filter((x) => Math.abs(x) < 2 ** 31),
    );
    const inputs = Int32Array.from([...kernelInputs(false, 24).subarray(0, 2000), ...edges, ...seams]);
    const header = planToC(plan);
    const vector = header.includes('_vector') ? [`-DVECTOR=${plan.function}_vector`] : [];
    const flags = ['-march=native', '-DREPEATS=1', `-DKERNEL=${plan.function}_scalar`, ...vector];
    const program = await compile(folder.path, 'kernels.c', plan.name, header, flags);
    const expected = Int32Array.from(inputs, (x) => Number(interpret(plan, x)));
    for (const form of ['scalar', 'array']) {
      const session = startSession(program, [form], inputs.length);
      expect((await session.epoch(inputs)).parameters).toEqual(expected);
      await session.close();
    }
  });

  test('a plan of another form is refused, not guessed at', () => {
    const finish = { ...plans[1].finish, rounding: 'half-even' as const };
    expect(() => planToC({ ...plans[1], finish })).toThrow(UnsupportedPlan);
  });
});

describe('training in other programs', () => {
  const dataset = drawDataset(3);
  const order = Int32Array.from({ length: 185 }, (_, i) => (i * 37) % dataset.train.count);
  let contestants: Contestants;
  beforeAll(async () => {
    contestants = await enterContestants(dataset, folder.path);
  });
  afterAll(async () => {
    for (const one of [contestants.reference, ...contestants.others]) await one.close();
  });

  test('every contestant has the parameters of js, bit for bit, after whole and part batches', async () => {
    const others = contestants.others.filter(({ name }) => !name.startsWith('wasm'));
    const { figures, refused } = await race(contestants.reference, others, [order, order.toReversed()], 0);
    expect(refused).toEqual([]);
    expect(figures).toHaveLength(1 + others.length);
    for (const { name, reason } of contestants.absent) {
      const note = `not compared: ${name}: ${reason}`;
      if ([NUMPY, PYTORCH, 'native C'].includes(name)) skipWithout(console.warn, note);
      else console.warn(note);
    }
  });

  const problemPath = () => join(folder.path, 'problem');
  const shape = JSON.stringify({ ...SHAPE, batch: BATCH });
  const node = (backend: 'js' | 'float') =>
    nodeContestant(backend, problemPath(), { backend, threads: 1, shape: SHAPE, batch: BATCH }, 774);
  const FLOATS = {
    'this project’s own': async () => node('float'),
    PyTorch: async () => {
      const found = await pythonWith('torch');
      const args = [join(NATIVE, 'lstm_torch.py'), problemPath(), shape];
      return found && startSession(found.command, args, 774);
    },
    'TensorFlow.js': async () => {
      const args = ['--import', 'tsx', join(NATIVE, 'tfjs.ts'), problemPath(), shape];
      return hasTensorflow() ? startSession(process.execPath, args, 774) : undefined;
    },
  } as const;

  test.for(Object.keys(FLOATS) as (keyof typeof FLOATS)[])(
    'a program in floating point goes where js goes in the first update: %s',
    async (name, { skip }) => {
      if (name === 'PyTorch') skipWithout(skip, missing('torch'));
      const session = await FLOATS[name]();
      if (session === undefined) return skip(`${name} is not installed`);
      const problem = await readProblem(problemPath(), 256);
      const [js, change] = await Promise.all(
        [node('js'), session].map(async ({ epoch, close }) => {
          const { parameters } = await epoch(order.subarray(0, BATCH));
          await close();
          return Array.from(parameters, (raw, i) => raw - problem.parameters[i]);
        }),
      );
      // Adam's first update goes against the sign of each gradient; of small ones that may be rounding alone.
      const moved = js.map(Math.abs).toSorted((a, b) => b - a)[600];
      const clear = js.flatMap((own, i) => (Math.abs(own) > moved ? [i] : []));
      expect(clear.length).toBeGreaterThan(500);
      expect(clear.filter((i) => Math.sign(change[i]) !== Math.sign(js[i]))).toEqual([]);
    },
  );

  test('a program that rounds one gradient differently is refused', async ({ skip }) => {
    skipWithout(skip, missing('gcc'));
    const problem = join(folder.path, 'problem');
    const source = await readFile(join(NATIVE, 'lstm.c'), 'utf8');
    const broken = source.replace(
      'product(product(i, ONE - i), product(cell, c))',
      'product(i, product(ONE - i, product(cell, c)))',
    );
    expect(broken).not.toBe(source);
    await writeFile(join(folder.path, 'broken.c'), broken);
    const shape = ['HIDDEN=10', 'RANK=4', 'FEATURES=16', 'STEPS=16', 'CLASSES=10', 'BATCH=128'];
    const flags = ['-march=native', ...shape.map((one) => `-D${one}`)];
    const header = plans.map((plan) => planToC(plan)).join('\n');
    const program = await compile(folder.path, join(folder.path, 'broken.c'), 'broken', header, flags);
    const wrong = {
      name: 'broken',
      exact: true,
      ...startSession(program, [problem], 774),
    };
    const settings = { backend: 'js', threads: 1, shape: SHAPE, batch: BATCH } as const;
    const fresh = nodeContestant('js', problem, settings, 774);
    const { refused } = await race(fresh, [wrong], [order], 0);
    expect(refused[0].reason).toMatch(/^epoch 0: \d+ of 774 parameters differ from js/);
    for (const one of [wrong, fresh]) await one.close();
  });

  test('C stops where it would have to clamp', async ({ skip }) => {
    skipWithout(skip, missing('gcc'));
    const path = join(folder.path, 'large');
    const bytes = await readFile(join(folder.path, 'problem'));
    const problem = decodeProblem(bytes, 256);
    await writeProblem(path, { ...problem, parameters: problem.parameters.map(() => 30 * 2 ** 24) });
    const session = startSession(join(folder.path, 'lstm0'), [path], 774);
    await expect(session.epoch(order)).rejects.toThrow('does not clamp');
    await session.close();
  });
});
