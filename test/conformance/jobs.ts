import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { onTestFinished } from 'vitest';
import { toInteger } from '../../src/fixedpoint/integer.js';
import { completePlan } from '../../src/plan/build.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { runningPlan } from '../../src/plan/wide-run.js';
import { inputsOf } from './inputs.js';
import { PLANS } from './plans.js';
import { randomPlans } from './random-plan.js';

/** A plan under a name that no other has, the inputs to run it on, and what they have to give. */
export interface Job {
  readonly about: string;
  readonly plan: KernelPlan;
  readonly inputs: readonly bigint[];
  readonly outputs: readonly bigint[];
}

/** A plan whose outputs for a few inputs are listed, each one off. */
export function withExceptions(plan: KernelPlan, inputs: readonly bigint[]): KernelPlan {
  const running = runningPlan(plan);
  const off = (x: bigint) => (interpret(running, x) > 0n ? -1n : 1n);
  return completePlan({
    ...plan,
    exceptions: {
      inputs: inputs.map(toInteger),
      outputs: inputs.map((x) => toInteger(interpret(running, x) + off(x))),
    },
  });
}

/** A plan with this many exceptions. */
export function listed(count: number): KernelPlan {
  const inputs = Array.from({ length: count }, (_, i) => BigInt((i % 2 ? -97 : 101) * (i + 1)));
  return withExceptions(
    PLANS['odd, tail apart'](),
    inputs.toSorted((a, b) => Number(a - b)),
  );
}

/** Everything that a plan can say, and plans that no search would propose. */
export function conformingJobs(samples: number, random: number): readonly Job[] {
  const plans = [
    ...Object.entries(PLANS).map(([about, make]) => ({ about, plan: make(), samples })),
    ...[1, 2, 9].map((count) => ({ about: `${count} listed inputs`, plan: listed(count), samples })),
    ...fc
      .sample(randomPlans, { numRuns: random, seed: 7 })
      .map((plan, i) => ({ about: `random ${i}`, plan, samples: 40 })),
  ];
  return plans.map(({ about, plan, samples: count }, i) => {
    const inputs = inputsOf(plan, count);
    const running = runningPlan(plan);
    return {
      about,
      plan: { ...plan, name: `k${i}` },
      inputs,
      outputs: inputs.map((x) => interpret(running, x)),
    };
  });
}

/**
 * What a program reads: for each job its number and how many inputs there are, as 32-bit words, and the inputs
 * as 64-bit words, all little-endian. It answers with the outputs as 64-bit words.
 */
export function encoded(jobs: readonly Job[]): Buffer {
  const parts = jobs.map(({ inputs }, i) => {
    const bytes = Buffer.alloc(8 + 8 * inputs.length);
    bytes.writeUInt32LE(i, 0);
    bytes.writeUInt32LE(inputs.length, 4);
    inputs.forEach((x, k) => bytes.writeBigUInt64LE(BigInt.asUintN(64, x), 8 + 8 * k));
    return bytes;
  });
  return Buffer.concat(parts);
}

/** Every output that is not what it should be, a line each. */
export function wrongOutputs(jobs: readonly Job[], answer: Buffer): readonly string[] {
  const total = jobs.reduce((sum, { inputs }) => sum + inputs.length, 0);
  if (answer.length !== 8 * total) return [`${answer.length} bytes came back instead of ${8 * total}`];
  let at = 0;
  return jobs.flatMap(({ about, inputs, outputs, plan }) => {
    const wrong = inputs.flatMap((x, i) => {
      const given = plan.output.signed ? answer.readBigInt64LE(at) : answer.readBigUInt64LE(at);
      at += 8;
      return given === outputs[i]
        ? []
        : [`${about} (${plan.name}): ${given} at ${x} instead of ${outputs[i]}`];
    });
    return wrong.slice(0, 3);
  });
}

/** A folder that is gone after the test. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
