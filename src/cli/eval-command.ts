import { readFileSync } from 'node:fs';
import { usageError } from '../diagnostic.js';
import { runTypescript, type ScalarKernel } from '../emit/ts-run.js';
import { runWasm } from '../emit/wasm-run.js';
import { formatName, maxRaw, minRaw } from '../fixedpoint/format.js';
import { planHash } from '../plan/canonical.js';
import { interpret } from '../plan/interpret.js';
import type { KernelPlan } from '../plan/plan.js';
import { checkWellFormed } from '../plan/wellformed.js';
import type { Certificate } from '../verify/certificate.js';
import { note, type Output } from './output.js';

export interface EvalFlags {
  readonly target: string;
  readonly binary?: boolean;
}

/** approxgen eval: raw integers in, raw integers out. */
export async function evalCommand(file: string, flags: EvalFlags, output: Output): Promise<void> {
  const { plan, certificate } = readPlan(file);
  if (planHash(plan) !== certificate.planHash) {
    note(output, `warning: ${file} is not the plan that its certificate proves`);
  }
  const kernel = await evaluator(plan, certificate, flags.target);
  const bytes = await readInput();
  const inputs = flags.binary ? parseBinary(bytes, plan) : parseLines(bytes.toString('utf8'));
  checkInputs(inputs, plan, flags.binary === true);
  const outputs = inputs.map((x) => kernel(x));
  if (flags.binary) process.stdout.write(Buffer.from(Int32Array.from(outputs, (y) => y | 0).buffer));
  else process.stdout.write(outputs.map((y) => `${y}\n`).join(''));
}

/** Standard input to its end, however slowly it comes. */
async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw usageError(
      'unreadable-input',
      `can't read it: ${(cause as Error).message}`,
      'one integer a line',
      'standard input',
    );
  }
  return Buffer.concat(chunks);
}

async function evaluator(plan: KernelPlan, certificate: Certificate, target: string): Promise<ScalarKernel> {
  switch (target) {
    case 'plan':
      return (x) => Number(interpret(plan, x));
    case 'ts':
      return runTypescript(plan, certificate);
    case 'wasm':
      return (await runWasm(plan, certificate)).scalar;
    default:
      throw usageError(
        'unknown-target',
        `"${target}" can't be run here; expected plan, ts or wasm`,
        undefined,
        '--target',
      );
  }
}

function readPlan(file: string): { readonly plan: KernelPlan; readonly certificate: Certificate } {
  let parsed: { plan?: KernelPlan; certificate?: Certificate };
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8')) as typeof parsed;
  } catch (cause) {
    throw usageError(
      'unreadable-plan',
      `can't read a plan: ${(cause as Error).message}`,
      'plans are in generated/plan',
      file,
    );
  }
  const { plan, certificate } = parsed;
  if (!plan?.segments || !plan.reduce || !certificate?.planHash) {
    throw usageError(
      'malformed-plan',
      'it holds no plan with a certificate',
      'plans are in generated/plan',
      file,
    );
  }
  checkWellFormed(plan, file);
  return { plan, certificate };
}

function parseLines(text: string): readonly number[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => {
    if (/^\s*[+-]?\d{1,16}\s*$/.test(line)) return Number(line);
    throw usageError(
      'bad-input',
      `"${line.slice(0, 40)}" is not a raw integer`,
      'one integer a line, such as 16777216 for 1.0 in Q8.24',
      `standard input, line ${i + 1}`,
    );
  });
}

function parseBinary(bytes: Buffer, plan: KernelPlan): readonly number[] {
  if (bytes.length % 4 !== 0) {
    throw usageError(
      'bad-input',
      `${bytes.length} bytes are not whole 32-bit integers`,
      'int32, little-endian',
      'standard input',
    );
  }
  const count = bytes.length / 4;
  return Array.from({ length: count }, (_, i) =>
    plan.input.signed ? bytes.readInt32LE(4 * i) : bytes.readUInt32LE(4 * i),
  );
}

function checkInputs(inputs: readonly number[], plan: KernelPlan, binary: boolean): void {
  const [min, max] = [minRaw(plan.input), maxRaw(plan.input)];
  const bad = inputs.findIndex((x) => x < min || x > max);
  if (bad < 0) return;
  throw usageError(
    'input-outside-format',
    `${inputs[bad]} is not an input of ${formatName(plan.input)}; expected ${min} to ${max}`,
    undefined,
    `standard input, ${binary ? 'integer' : 'line'} ${bad + 1}`,
  );
}
