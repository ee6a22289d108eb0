import { usageError } from '../diagnostic.js';
import { targetKernel } from '../emit/run-target.js';
import type { ScalarKernel } from '../emit/ts-run.js';
import { planHash } from '../plan/canonical.js';
import { checkRawInput } from '../plan/inputs.js';
import { interpret } from '../plan/interpret.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { note, type Output } from './output.js';
import { readPlan } from './plan-file.js';
import { trustIn } from './trust.js';

export interface EvalFlags {
  readonly target: string;
  readonly binary?: boolean;
  readonly trustModule?: string;
}

/** approxgen eval: raw integers in, raw integers out. */
export async function evalCommand(file: string, flags: EvalFlags, output: Output): Promise<void> {
  const { plan, certificate } = await readPlan(file, trustIn(flags.trustModule));
  if (planHash(plan) !== certificate.planHash) {
    note(output, `warning: ${file} is not the plan that its certificate proves`);
  }
  const kernel = await evaluator(plan, certificate, flags.target);
  const bytes = await readInput();
  const inputs = flags.binary ? parseBinary(bytes, plan) : parseLines(bytes.toString('utf8'));
  checkInputs(inputs, plan, flags.binary === true);
  const outputs = inputs.map((x) => kernel(x));
  if (flags.binary) process.stdout.write(asBinary(outputs, plan));
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
  return target === 'plan' ? (x) => interpret(plan, x) : targetKernel(plan, certificate, target);
}

function parseLines(text: string): readonly bigint[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => {
    if (/^\s*[+-]?\d{1,20}\s*$/.test(line)) return BigInt(line);
    throw usageError(
      'bad-input',
      `"${line.slice(0, 40)}" is not a raw integer`,
      'one integer a line, such as 16777216 for 1.0 in Q8.24',
      `standard input, line ${i + 1}`,
    );
  });
}

/** Bytes of a raw integer in binary streams. */
const bytesOf = (plan: KernelPlan) => (hasWordFormats(plan) ? 4 : 8);

function parseBinary(bytes: Buffer, plan: KernelPlan): readonly bigint[] {
  const size = bytesOf(plan);
  if (bytes.length % size !== 0) {
    throw usageError(
      'bad-input',
      `${bytes.length} bytes are not whole ${8 * size}-bit integers`,
      `int${8 * size}, little-endian`,
      'standard input',
    );
  }
  const words = new Uint8Array(bytes).buffer;
  if (size === 4) {
    const values = plan.input.signed ? new Int32Array(words) : new Uint32Array(words);
    return Array.from(values, BigInt);
  }
  return Array.from(plan.input.signed ? new BigInt64Array(words) : new BigUint64Array(words));
}

function asBinary(outputs: readonly bigint[], plan: KernelPlan): Buffer {
  const values =
    bytesOf(plan) === 4
      ? Int32Array.from(outputs, (y) => Number(y) | 0)
      : BigInt64Array.from(outputs, (y) => BigInt.asIntN(64, y));
  return Buffer.from(values.buffer);
}

function checkInputs(inputs: readonly bigint[], plan: KernelPlan, binary: boolean): void {
  inputs.forEach((raw, i) => {
    checkRawInput(plan, raw, `standard input, ${binary ? 'integer' : 'line'} ${i + 1}`);
  });
}
