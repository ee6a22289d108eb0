import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.js';
import { usageError } from '../../src/diagnostic.js';
import { planTarget } from '../../src/emit/plan-json.js';
import { textOf } from '../../src/emit/target.js';
import type { Target } from '../../src/emit/target.js';
import { typescriptTarget } from '../../src/emit/ts.js';
import { assemblySource } from '../../src/emit/wasm.js';
import { initializeParameters } from '../../src/nn/initialize.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { createJsBackend } from '../../src/tensor/js/backend.js';
import type { Backend } from '../../src/tensor/backend.js';
import { createWasmBackend } from '../../src/tensor/wasm/backend.js';
import { compileApart } from '../../src/train/compile-apart.js';
import { GENERATED, loadKernels, type LoadedKernels } from '../../src/train/kernels.js';
import { linkKernels, type LinkPlaces } from '../../src/train/linked-kernels.js';
import { createTrainer, trainEpoch } from '../../src/train/loop.js';
import { encodeSamples } from '../../src/train/samples.js';
import { unprovenCertificate } from '../emit/module.js';
import { planOf } from '../plan/plans.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'approxgen-linked-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The kernel of the project's own sentence, which selects by comparisons. */
const sentence = (): KernelPlan => ({
  ...planOf({ function: 'tanh', range: [-8, 8], order: 3, ulp: 2 }),
  name: 'tanh_q8_24',
});

/** A folder of generated files in which tanh was replaced: its plan and TypeScript, as the ts target writes them. */
async function replaced(name: string, plan: KernelPlan): Promise<URL> {
  const folder = join(root, name);
  cpSync(fileURLToPath(GENERATED), folder, { recursive: true });
  for (const target of [planTarget, typescriptTarget] satisfies Target[]) {
    const [file] = await target.emit(plan, unprovenCertificate(plan));
    writeFileSync(join(folder, file.path), textOf(file));
  }
  return pathToFileURL(`${folder}/`);
}

interface Linking {
  readonly kernels: LoadedKernels;
  readonly linked: Awaited<ReturnType<typeof linkKernels>>;
  readonly notes: readonly string[];
}

async function link(generated: URL, places: LinkPlaces = {}): Promise<Linking> {
  const kernels = await loadKernels('default', generated);
  const notes: string[] = [];
  const linked = await linkKernels(kernels, (note) => notes.push(note), { generated, ...places });
  return { kernels, linked, notes };
}

const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 2 ** -24 };
const SHAPE = { features: 16, timeSteps: 16, classes: 10, hidden: 3, rankW: 2, rankU: 0 };
const SAMPLES = 192;

/** All parameters after an epoch on a few drawn digits. */
async function parametersOf(
  backend: Backend<Int32Array>,
  kernels: LoadedKernels,
): Promise<readonly number[]> {
  const { train } = await loadDataset('drawn');
  const part = { pixels: train.pixels.slice(0, 256 * SAMPLES), labels: train.labels.slice(0, SAMPLES) };
  const trainer = createTrainer(backend, kernels, { shape: SHAPE, batch: 64, adam: ADAM });
  initializeParameters(backend, trainer.parameters, 1);
  const samples = encodeSamples(backend, { ...part, count: SAMPLES });
  trainEpoch(
    trainer,
    samples,
    Int32Array.from({ length: SAMPLES }, (_, i) => i),
  );
  const values = Array.from(trainer.parameters.flat.values);
  backend.dispose?.();
  return values;
}

describe('training on a kernel that was made anew', () => {
  it('gives the same parameters on js and on wasm with any number of threads, the engine running it itself', async () => {
    const generated = await replaced('anew', sentence());
    const { kernels, linked, notes } = await link(generated, { cache: join(root, 'cache-anew') });
    expect(notes).toEqual([
      expect.stringMatching(/^compiling sigmoid_q8_24, tanh_q8_24, rsqrt_q8_24 for the wasm backend/),
    ]);
    const js = await parametersOf(createJsBackend(), kernels);
    const silent: LoadedKernels = {
      ...kernels,
      tanh: {
        ...kernels.tanh,
        array: () => {
          throw new Error('tanh was called from JavaScript');
        },
      },
    };
    for (const threads of [1, 2, 3]) {
      const backend = createWasmBackend({ threads, kernels: linked });
      expect(await parametersOf(backend, silent)).toEqual(js);
    }
    const committed = await loadKernels('default');
    expect(committed.tanh.planHash).not.toBe(kernels.tanh.planHash);
    expect(await parametersOf(createJsBackend(), committed)).not.toEqual(js);
  });

  it('prints what generated/wasm does not hold from the plan, and takes what it does hold', async () => {
    const plan = sentence();
    const generated = await replaced('printed', plan);
    const seen: string[] = [];
    const compile: LinkPlaces['compile'] = (sources, entry, flags) => {
      seen.push(sources.get('tanh_q8_24.ts') ?? '');
      return compileApart(sources, entry, flags);
    };
    const file = join(fileURLToPath(generated), 'wasm', 'tanh_q8_24.assembly.ts');
    const modules: WebAssembly.Module[] = [];
    const whole = await assemblySource(plan, unprovenCertificate(plan));
    for (const [place, text] of [
      ['stale', undefined],
      ['absent', null],
      ['there', whole],
    ] as const) {
      if (text === null) rmSync(file);
      if (typeof text === 'string') writeFileSync(file, text);
      const { linked } = await link(generated, { cache: join(root, `cache-${place}`), compile });
      expect(linked, place).toBeDefined();
      if (linked) modules.push(linked.module);
    }
    const code = (text: string): string => text.slice(text.indexOf('/** Name and plan hash'));
    expect(seen.map(code)).toEqual([code(whole), code(whole), code(whole)]);
    expect([seen[1].startsWith('//'), seen[2]]).toEqual([false, whole]);
  });

  it.each([
    ['is not there', undefined],
    ['is no JSON', '{'],
    ['is no plan', 'null'],
    ['is of another plan', 'other'],
    ['was changed by one unit', 'unit'],
  ])('calls kernels from JavaScript, and says so, where their plan %s', async (what, text) => {
    const plan = sentence();
    const generated = await replaced(`plan ${what}`, plan);
    const file = join(fileURLToPath(generated), 'plan', 'tanh_q8_24.json');
    const [first, ...rest] = plan.segments;
    const [coefficient, ...others] = first.coefficients;
    const changed = {
      ...plan,
      segments: [{ ...first, coefficients: [Number(coefficient) + 1, ...others] }, ...rest],
    };
    const texts: Readonly<Record<string, string>> = {
      other: textOf((await planTarget.emit(planOf({ function: 'tanh' }), unprovenCertificate(plan)))[0]),
      unit: JSON.stringify({ plan: changed, certificate: unprovenCertificate(plan) }),
    };
    if (text === undefined) rmSync(file);
    else writeFileSync(file, texts[text] ?? text);
    const { linked, notes } = await link(generated);
    expect(linked).toBeUndefined();
    expect(notes).toEqual([
      expect.stringMatching(
        /called from JavaScript, which is slower.*tanh_q8_24\.json.*npx approxgen build$/,
      ),
    ]);
  });
});

describe('compiled kernels', () => {
  it('are compiled once, also by two that start together, and again where what is kept is damaged', async () => {
    const cache = join(root, 'cache-once');
    let times = 0;
    const compile: LinkPlaces['compile'] = (...all) => {
      times++;
      return compileApart(...all);
    };
    const both = await Promise.all([
      link(GENERATED, { cache, compile }),
      link(GENERATED, { cache, compile }),
    ]);
    expect([times, both.map(({ linked }) => linked !== undefined)]).toEqual([2, [true, true]]);
    const [file, ...others] = readdirSync(cache);
    expect([file, others]).toEqual([expect.stringMatching(/^kernels-[0-9a-f]{16}\.wasm$/), []]);
    expect((await link(GENERATED, { cache, compile })).notes).toEqual([]);
    expect(times).toBe(2);
    writeFileSync(join(cache, file), 'damaged');
    expect((await link(GENERATED, { cache, compile })).linked).toBeDefined();
    expect(times).toBe(3);
  });

  it('make room for others: what was not used for longest goes, and what nobody finishes any more', async () => {
    const cache = join(root, 'cache-room');
    mkdirSync(cache);
    const hoursAgo = (hours: number): Date => new Date(Date.now() - 3_600_000 * hours);
    for (const [i, name] of ['b', 'f', 'a', 'c', 'e', 'd', 'h', 'g'].entries()) {
      writeFileSync(join(cache, `kernels-${name}.wasm`), '');
      utimesSync(join(cache, `kernels-${name}.wasm`), hoursAgo(i + 1), hoursAgo(i + 1));
    }
    for (const [name, hours] of [
      ['kernels-x.wasm.1.tmp', 2],
      ['kernels-y.wasm.2.tmp', 0],
    ] as const) {
      writeFileSync(join(cache, name), '');
      utimesSync(join(cache, name), hoursAgo(hours), hoursAgo(hours));
    }
    await link(GENERATED, { cache });
    const left = readdirSync(cache).filter((name) => !/^kernels-[0-9a-f]{16}\./.test(name));
    expect(left.toSorted()).toEqual(
      ['a', 'b', 'c', 'd', 'e', 'f', 'h']
        .map((name) => `kernels-${name}.wasm`)
        .concat('kernels-y.wasm.2.tmp'),
    );
  });

  it('need the compiler: where it is not installed a note says so, and how to get it', async () => {
    const compile: LinkPlaces['compile'] = (sources, entry, flags) =>
      compileApart(sources, entry, flags, () => {
        throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
      });
    const { linked, notes } = await link(GENERATED, { cache: join(root, 'cache-none'), compile });
    expect(linked).toBeUndefined();
    expect(notes.at(-1)).toMatch(
      /slower, and on one thread: .* is not installed; install it: npm install --save-dev --save-exact assemblyscript@\d/,
    );
  });

  it('are refused as a bug where the compiler refuses them', async () => {
    const sources = new Map([['entry.ts', 'export function f(): i32 { return "no"; }']]);
    await expect(compileApart(sources, 'entry.ts', [])).rejects.toThrow(
      /refused a generated kernel: .*ERROR/s,
    );
    const failing = (): string => {
      throw usageError('other', 'something else');
    };
    await expect(compileApart(sources, 'entry.ts', [], failing)).rejects.toThrow('something else');
  });
});
