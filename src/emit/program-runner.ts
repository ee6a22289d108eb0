import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageError } from '../diagnostic.js';
import { maxRaw } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { PlanRunner } from '../plan/run.js';
import type { Certificate } from '../verify/certificate.js';
import { cTarget, wordType } from './c.js';
import { pythonTarget } from './python.js';
import { rustTarget, rustWord } from './rust.js';
import { snakeSymbol } from './symbol.js';
import { textOf, type Target } from './target.js';
import { render } from './templates.js';

/** How what a target prints becomes a program: its arguments are an input and how many to run from there. */
export interface ProgramRecipe {
  readonly target: Target;
  /** The file beside the kernel, from templates/<target>/run.hbs. */
  readonly main: string;
  readonly view: (plan: KernelPlan) => object;
  /** A command that makes the program, if it is not run as it is. */
  readonly compile?: readonly string[];
  readonly run: readonly string[];
}

const C_PROGRAM = {
  main: 'main.c',
  view: ({ name, input, output }: KernelPlan) => ({
    name,
    inputType: wordType(input),
    outputType: wordType(output),
  }),
  compile: ['cc', '-std=c99', '-O2', 'main.c', '-o', 'main'],
  run: ['./main'],
} as const;

const RUST_PROGRAM = {
  main: 'main.rs',
  view: (plan: KernelPlan) => ({
    name: plan.name,
    function: snakeSymbol(plan),
    inputType: rustWord(plan.input),
    outputType: rustWord(plan.output),
  }),
  compile: ['rustc', '--edition', '2021', '-O', '-A', 'warnings', 'main.rs', '-o', 'main'],
  run: ['./main'],
} as const;

const PYTHON_PROGRAM = {
  main: 'main.py',
  view: (plan: KernelPlan) => ({
    name: plan.name,
    function: snakeSymbol(plan),
    wordCode: plan.input.signed ? 'q' : 'Q',
  }),
  run: ['python3', 'main.py'],
} as const;

/** How the kernels of a target that is no JavaScript become programs. */
export const PROGRAMS: Readonly<Record<string, ProgramRecipe>> = Object.freeze({
  c: { target: cTarget, ...C_PROGRAM },
  rust: { target: rustTarget, ...RUST_PROGRAM },
  python: { target: pythonTarget, ...PYTHON_PROGRAM },
});

/** What makes the programs of a target, or runs them, as it calls itself: `compiled by cc (Debian 12.2.0) 12.2.0`. */
export function programTool({ compile, run }: ProgramRecipe): string {
  const [command] = compile ?? run;
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const [line] = (stdout ?? '').split('\n');
  return `${compile ? 'compiled' : 'run'} by ${line.startsWith(command) ? line : `${command} (${line})`}`;
}

/** Inputs of one run of a program: starting it costs as much as a hundred thousand of them. */
const BLOCK = 2 ** 18;

const folders: string[] = [];

/** An empty folder that is removed when the process ends. */
function folderUntilExit(): string {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-run-'));
  if (folders.length === 0) {
    process.once('exit', () => {
      for (const each of folders) rmSync(each, { recursive: true, force: true });
    });
  }
  folders.push(folder);
  return folder;
}

/**
 * Runs a printed kernel in a program of its own, for formats of at most 32 bits.
 *
 * @throws usage error where a tool is not installed or does not take what is printed
 */
export async function programRunner(
  recipe: ProgramRecipe,
  plan: KernelPlan,
  certificate: Certificate,
): Promise<PlanRunner> {
  const { target, run } = recipe;
  const folder = folderUntilExit();
  await writeProgram(folder, recipe, 'run.hbs', plan, certificate);
  const last = maxRaw(plan.input);
  let from = Infinity;
  let block: Int32Array | Uint32Array = new Int32Array(0);
  return (first, outputs) => {
    if (first < from || first + outputs.length > from + block.length) {
      from = first;
      const count = Math.max(outputs.length, Math.min(BLOCK, last - first + 1));
      const bytes = start(folder, [...run, String(first), String(count)], target.name);
      if (bytes.length !== 4 * count) throw new Error(`${bytes.length} bytes for ${count} outputs`);
      const { buffer, byteOffset } = Uint8Array.from(bytes);
      block = plan.output.signed
        ? new Int32Array(buffer, byteOffset, count)
        : new Uint32Array(buffer, byteOffset, count);
    }
    outputs.set(block.subarray(first - from, first - from + outputs.length));
  };
}

/**
 * What a program says that reads raw inputs, as 64-bit little-endian words, and times the kernel on them.
 *
 * @throws usage error where a tool is not installed or does not take what is printed
 */
export async function programTiming(
  recipe: ProgramRecipe,
  plan: KernelPlan,
  certificate: Certificate,
  inputs: Buffer,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-time-'));
  try {
    await writeProgram(folder, recipe, 'time.hbs', plan, certificate);
    return start(folder, recipe.run, recipe.target.name, inputs).toString();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The kernel and the program of a template beside it, compiled. */
async function writeProgram(
  folder: string,
  { target, main, view, compile }: ProgramRecipe,
  text: string,
  plan: KernelPlan,
  certificate: Certificate,
): Promise<void> {
  const [kernel] = await target.emit(plan, certificate);
  writeFileSync(join(folder, kernel.path.slice(kernel.path.lastIndexOf('/') + 1)), textOf(kernel));
  writeFileSync(join(folder, main), await render(`${target.name}/${text}`, view(plan)));
  if (compile) start(folder, compile, target.name);
}

function start(
  cwd: string,
  [command, ...args]: readonly string[],
  target: string,
  input: Buffer = Buffer.alloc(0),
): Buffer {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd, input, maxBuffer: 2 ** 30 });
  if (!error && status === 0) return stdout;
  const reason = error ? 'it can not be started' : stderr.toString().trim().slice(0, 2000);
  throw usageError(
    'tool-failed',
    `kernels of the target ${target} are run with ${command}: ${reason}`,
    `install ${command}, or run another target`,
    '--target',
  );
}
