import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cTarget, wordType } from '../src/emit/c.js';
import { textOf } from '../src/emit/target.js';
import type { KernelPlan } from '../src/plan/plan.js';
import { synthesize, type Kernel } from '../src/synthesize.js';
import type { KernelSpec } from '../src/spec.js';
import type { Progress } from './progress.js';
import type { Table } from './table.js';

/** Bytes of a kernel on a Cortex-M0, and what it calls that the processor has no instruction for. */
export interface CortexSize {
  readonly code: number;
  /** Constant data. */
  readonly tables: number;
  /** Functions of the compiler's library: `__aeabi_lmul` multiplies 64 bits. */
  readonly calls: readonly string[];
}

const GCC = 'arm-none-eabi-gcc';
const FLAGS = ['-std=c99', '-mcpu=cortex-m0', '-mthumb', '-Os', '-ffunction-sections', '-c'];

export const hasCortexCompiler = spawnSync(GCC, ['--version']).status === 0;

/** Compiles the C target's scalar function, once, as a function of its own. @throws with what the compiler says */
export async function cortexSize({ plan, certificate }: Kernel): Promise<CortexSize> {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-cortex-'));
  try {
    const [file] = await cTarget.emit(plan, certificate);
    writeFileSync(join(folder, 'kernel.h'), textOf(file));
    writeFileSync(join(folder, 'kernel.c'), callerOf(plan));
    run(folder, GCC, [...FLAGS, 'kernel.c', '-o', 'kernel.o']);
    const sections = run(folder, 'arm-none-eabi-size', ['-A', 'kernel.o']);
    const symbols = run(folder, 'arm-none-eabi-nm', ['-u', 'kernel.o']);
    return {
      code: sectionBytes(sections, /^\.text/),
      tables: sectionBytes(sections, /^\.rodata/),
      calls: symbols.split(/\s+/).filter((name) => name.startsWith('__')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function callerOf({ name, input, output }: KernelPlan): string {
  return `#include "kernel.h"
${wordType(output)} kernel(${wordType(input)} x);
${wordType(output)} kernel(${wordType(input)} x) { return ${name}(x); }
`;
}

function run(cwd: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** The bytes of the sections of `size -A` whose names match. */
export function sectionBytes(text: string, name: RegExp): number {
  return text
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter(([section]) => name.test(section))
    .reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

export interface CortexFigure extends CortexSize {
  readonly name: string;
  readonly maxUlp: number;
}

/** The formats of CMSIS-NN's 16-bit activations. */
const FORMATS = { input: 'Q4.12', output: 'Q1.15', ulp: 1 } as const;
const SPECS: readonly KernelSpec[] = [
  { ...FORMATS, function: 'tanh', order: 2 },
  { ...FORMATS, function: 'tanh', order: 3 },
  { ...FORMATS, function: 'sigmoid', order: 2 },
  { ...FORMATS, function: 'sigmoid', order: 3 },
];
/** CMSIS-NN's table of 256 words for both functions, and the errors that its interpolation has. */
const CMSIS = [
  ['CMSIS-NN tanh', 1.476],
  ['CMSIS-NN sigmoid', 1.016],
] as const;
const CMSIS_TABLE = 512;

/** Bytes of 16-bit kernels on the smallest Cortex-M; nothing without its compiler. */
export async function benchCortex(progress: Progress): Promise<readonly CortexFigure[]> {
  if (!hasCortexCompiler) return [];
  const figures: CortexFigure[] = [];
  for (const spec of SPECS) {
    progress(`cortex: ${spec.function}`);
    const made = await synthesize(spec);
    const { claim } = made.certificate;
    const name = `${made.plan.name}, order ${made.plan.steps.length}`;
    figures.push({ name, maxUlp: claim.maxUlp, ...(await cortexSize(made)) });
  }
  return figures;
}

export function cortexTable(figures: readonly CortexFigure[]): Table {
  return {
    title: 'Cortex-M0: bytes of kernels from Q4.12 to Q1.15, by arm-none-eabi-gcc -Os',
    notes: [
      figures.length === 0
        ? 'arm-none-eabi-gcc is not installed.'
        : 'CMSIS-NN: its table of 256 words of 16 bits, and the errors of its interpolation; its code is not compiled here.',
    ],
    columns: ['kernel', 'max ulp', 'code', 'tables', 'library calls'],
    rows: [
      ...figures.map(({ name, maxUlp, code, tables, calls }) => [
        name,
        maxUlp,
        String(code),
        String(tables),
        calls.length === 0 ? 'none' : calls.join(' '),
      ]),
      ...CMSIS.map(([name, maxUlp]) => [name, maxUlp, '–', String(CMSIS_TABLE), '–']),
    ],
  };
}
