import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KernelPlan } from '../src/plan/plan.js';
import { ownLoop } from '../src/report/own-loop.js';
import { BUILDS, compile, hasGcc, scratchFolder } from './native/compile.js';
import { planToC } from './native/plan-to-c.js';
import { startSession, type NativeSession } from './native/session.js';
import type { Absentee } from './contestants.js';
import type { Progress } from './progress.js';
import { interleaved, measured, ratio, type Measured, type Ratio, type Timing } from './statistics.js';
import type { Table } from './table.js';

/** How an evaluation is asked for: one number at a time in a loop of the caller's, or a whole array. */
export type Form = 'scalar' | 'array';

export interface KernelFigure {
  /** `tanh_q8_24`, or `Math.tanh`. */
  readonly kernel: string;
  /** `ts`, `wasm`, `C`; `Math` for the functions that the kernels are compared with. */
  readonly target: string;
  readonly form: Form;
  readonly function: string;
  /** Of one evaluation. */
  readonly nanoseconds: Timing;
  /** How many times as fast as the function of `Math` in a loop. */
  readonly timesMath: Ratio;
}

export interface KernelBench {
  readonly figures: readonly KernelFigure[];
  readonly absent: readonly Absentee[];
  /** Those whose outputs were not those of the plan's ts kernel. */
  readonly refused: readonly Absentee[];
}

type Scalar = (x: number) => number;
type ArrayKernel = (src: Int32Array, dst: Int32Array) => void;

const GENERATED = fileURLToPath(new URL('../generated/', import.meta.url));
const INPUTS = 2 ** 16;
const REPEATS = 16;

/** The real function that a kernel stands for, as one writes it with Math. */
const MATH: Readonly<Record<string, { readonly text: string; readonly run: Scalar }>> = {
  tanh: { text: 'Math.tanh(x)', run: Math.tanh },
  sigmoid: { text: '1 / (1 + Math.exp(-x))', run: (x) => 1 / (1 + Math.exp(-x)) },
  rsqrt: { text: '1 / Math.sqrt(x)', run: (x) => 1 / Math.sqrt(x) },
  exp: { text: 'Math.exp(x)', run: Math.exp },
  log2: { text: 'Math.log2(x)', run: Math.log2 },
};

/** Times a function in a loop of its own, over all inputs, `REPEATS` times. */
function timedLoop<Values extends Int32Array | Float64Array>(f: Scalar, src: Values, dst: Values): Measured {
  const loop = ownLoop(f);
  return measured(() => {
    for (let repeat = 0; repeat < REPEATS; repeat++) loop(src, dst);
  });
}

interface Entry {
  readonly kernel: string;
  readonly target: string;
  readonly form: Form;
  readonly function: string;
  readonly run: Measured;
  /** What the last run gave; undefined for functions of Math. */
  readonly outputs: (() => Int32Array) | undefined;
}

/** Inputs in no order, in every segment and both tails: raw from −16 to 16, or above zero. */
export function kernelInputs(positive: boolean, fracBits: number): Int32Array {
  const raw = Int32Array.from({ length: INPUTS }, (_, i) => Math.imul(i, 0x9e3779b1) >> (27 - fracBits));
  return positive ? raw.map((x) => Math.abs(x) + 1) : raw;
}

function mathEntry(name: string, raw: Int32Array, fracBits: number): Entry {
  const { text, run } = MATH[name];
  const src = Float64Array.from(raw, (x) => x * 2 ** -fracBits);
  const dst = new Float64Array(src.length);
  return {
    kernel: text,
    target: 'Math',
    form: 'scalar',
    function: name,
    run: timedLoop(run, src, dst),
    outputs: undefined,
  };
}

function entries(
  plan: KernelPlan,
  target: string,
  raw: Int32Array,
  scalar?: Scalar,
  array?: ArrayKernel,
): Entry[] {
  const common = { kernel: plan.name, target, function: plan.function };
  const made: Entry[] = [];
  if (scalar !== undefined) {
    const dst = new Int32Array(raw.length);
    made.push({
      ...common,
      form: 'scalar',
      run: timedLoop(scalar, raw, dst),
      outputs: () => dst,
    });
  }
  if (array !== undefined) {
    const dst = new Int32Array(raw.length);
    const run = measured(() => {
      for (let repeat = 0; repeat < REPEATS; repeat++) array(raw, dst);
    });
    made.push({ ...common, form: 'array', run, outputs: () => dst });
  }
  return made;
}

/** A generated module that exports the function and its array form, as those of the ts target do. */
async function loadModule(
  target: string,
  plan: KernelPlan,
): Promise<{ scalar?: Scalar; array?: ArrayKernel }> {
  const file = ['.ts', '.js', '.mjs']
    .map((ending) => join(GENERATED, target, plan.name + ending))
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error(`generated/${target} has no module of this name`);
  const module = (await import(file)) as Readonly<Record<string, unknown>>;
  const { [plan.function]: scalar, [`${plan.function}Array`]: array } = module;
  if (typeof scalar !== 'function' && typeof array !== 'function') {
    throw new Error(`${basename(file)} exports neither ${plan.function} nor ${plan.function}Array`);
  }
  return {
    ...(typeof scalar === 'function' && { scalar: scalar as Scalar }),
    ...(typeof array === 'function' && { array: array as ArrayKernel }),
  };
}

async function nativeEntries(plan: KernelPlan, folder: string, raw: Int32Array, sessions: NativeSession[]) {
  const header = planToC(plan);
  const flags = [
    ...BUILDS[0].flags,
    `-DREPEATS=${REPEATS}`,
    `-DKERNEL=${plan.function}_scalar`,
    ...(header.includes(`${plan.function}_vector`) ? [`-DVECTOR=${plan.function}_vector`] : []),
  ];
  const program = await compile(folder, 'kernels.c', plan.name, header, flags);
  return (['scalar', 'array'] as const).map((form): Entry => {
    const session = startSession(program, [form], raw.length);
    sessions.push(session);
    let outputs: Int32Array = new Int32Array(0);
    return {
      kernel: plan.name,
      target: 'C',
      form,
      function: plan.function,
      async run() {
        const answer = await session.epoch(raw);
        outputs = answer.parameters;
        return answer.seconds;
      },
      outputs: () => outputs,
    };
  });
}

async function generatedPlans(): Promise<readonly KernelPlan[]> {
  const directory = join(GENERATED, 'plan');
  const files = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.map((text) => (JSON.parse(text) as { plan: KernelPlan }).plan);
}

/** All generated kernels, in every form and target that is there, beside Math and C from the same plan. */
export async function benchKernels(rounds: number, progress: Progress): Promise<KernelBench> {
  const folder = await scratchFolder();
  const sessions: NativeSession[] = [];
  const figures: KernelFigure[] = [];
  const absent: Absentee[] = [];
  const refused: Absentee[] = [];
  const reasonOf = (error: unknown): string =>
    error instanceof Error ? error.message.split('\n')[0] : String(error);
  const gcc = await hasGcc();
  if (!gcc) absent.push({ name: 'C', reason: 'there is no gcc' });
  const hasWasm = existsSync(join(GENERATED, 'wasm'));
  if (!hasWasm) absent.push({ name: 'wasm', reason: 'there is no generated/wasm' });

  try {
    for (const plan of await generatedPlans()) {
      progress(`kernels: ${plan.name}`);
      if (MATH[plan.function] === undefined || plan.input.bits !== 32 || !plan.input.signed) {
        absent.push({ name: plan.name, reason: 'its function or its format is not measured' });
        continue;
      }
      const raw = kernelInputs(plan.undefined !== undefined, plan.input.fracBits);
      const all = [mathEntry(plan.function, raw, plan.input.fracBits)];
      for (const target of hasWasm ? ['ts', 'wasm'] : ['ts']) {
        try {
          const { scalar, array } = await loadModule(target, plan);
          all.push(...entries(plan, target, raw, scalar, array));
        } catch (error) {
          absent.push({ name: `${plan.name}, ${target}`, reason: reasonOf(error) });
        }
      }
      if (gcc) {
        try {
          all.push(...(await nativeEntries(plan, folder.path, raw, sessions)));
        } catch (error) {
          absent.push({ name: `${plan.name}, C`, reason: reasonOf(error) });
        }
      }
      const timings = await interleaved(
        all.map(({ run }) => run),
        rounds,
      );
      const reference = all.find(({ target }) => target === 'ts')?.outputs?.();
      for (const [i, { kernel, target, form, function: name, outputs }] of all.entries()) {
        const got = outputs?.();
        if (
          got !== undefined &&
          reference !== undefined &&
          !got.every((value, j) => value === reference[j])
        ) {
          refused.push({ name: `${kernel}, ${target} ${form}`, reason: 'its outputs are not those of ts' });
          continue;
        }
        const scale = 1e9 / (INPUTS * REPEATS);
        const { median, minimum } = timings[i];
        const timesMath = ratio(timings[0], timings[i]);
        const nanoseconds = { median: median * scale, minimum: minimum * scale };
        figures.push({ kernel, target, form, function: name, nanoseconds, timesMath });
      }
    }
    return { figures, absent, refused };
  } finally {
    for (const session of sessions) await session.close();
    await folder.remove();
  }
}

export function kernelsTable({ figures, absent, refused }: KernelBench): Table {
  return {
    title: 'Kernels: nanoseconds an evaluation',
    notes: [
      `${INPUTS} inputs in no order, in every segment and both tails; × Math: times as fast as Math in a loop.`,
      ...refused.map(({ name, reason }) => `Refused: ${name}: ${reason}.`),
      ...absent.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`),
    ],
    columns: ['kernel', 'target', 'form', 'median ns', 'least ns', '× Math', 'of the least'],
    rows: figures.map(({ kernel, target, form, nanoseconds: { median, minimum }, timesMath }) => [
      kernel,
      target,
      form,
      median,
      minimum,
      timesMath.median,
      timesMath.least,
    ]),
  };
}
