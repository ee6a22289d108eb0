import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verilogTarget } from '../../src/emit/verilog.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';
import { skipWithout } from '../support/needs.js';
import { runSync } from '../support/processes.js';
import { missing } from '../support/tools.js';
import { printedUnit } from './hardware-run.js';
import { takes } from './module.js';

const folder = mkdtempSync(join(tmpdir(), 'approxgen-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KERNELS: readonly (readonly [string, KernelPlan])[] = Object.entries(PLANS)
  .map(([about, make]) => [about, { ...make(), name: 'kernel' }] as const)
  .filter(([, plan]) => takes(verilogTarget, plan));

/** Prints modules of all plans, each with its test bench; returns their names. */
async function written(pipeline: number | undefined): Promise<readonly string[]> {
  const names: string[] = [];
  for (const [i, [, plan]] of KERNELS.entries()) {
    const name = `k${i}_${pipeline ?? 'n'}`;
    const { unit, bench } = await printedUnit(verilogTarget, plan, name, pipeline);
    expect(unit + bench).not.toMatch(/lint_off|verilator|synopsys|pragma/);
    expect(unit).toMatch(/^`default_nettype none$/m);
    expect(unit).toMatch(/^`default_nettype wire$/m);
    writeFileSync(join(folder, `${name}.v`), unit);
    writeFileSync(join(folder, `${name}_tb.v`), bench);
    names.push(name);
  }
  return names;
}

/** What a tool says of files, each on its own. */
const said = (command: string, args: readonly string[]): string => {
  const { stdout, stderr } = runSync(command, args, { cwd: folder });
  return `${stdout.toString()}${stderr}`;
};

describe('modules of all plans', () => {
  describe.each([undefined, 0, 3])('with --pipeline %s', (pipeline) => {
    it('are taken by verilator -Wall without a word', async ({ skip }) => {
      skipWithout(skip, missing('verilator'));
      const complaints: string[] = [];
      for (const name of await written(pipeline)) {
        const text = said('verilator', ['--lint-only', '-Wall', `${name}.v`]);
        if (text !== '') complaints.push(`${name}: ${text}`);
      }
      expect(complaints).toEqual([]);
    });
  });
});
