import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/emit/target.js';
import { verilogTarget } from '../../src/emit/verilog.js';
import { vhdlTarget } from '../../src/emit/vhdl.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';
import { runSync } from '../support/processes.js';
import { inFolder, printedUnit } from './hardware-run.js';

/** A simulator that runs a test bench: the commands, and what files are called. */
export interface Bench {
  readonly tool: 'iverilog' | 'verilator' | 'ghdl';
  /** Whether it runs with the slow tests only. */
  readonly slow: boolean;
  readonly target: Target;
  readonly extension: string;
  readonly commands: (name: string) => readonly string[];
  /** A table entry of the sigmoid, and what else it might be. */
  readonly entry: readonly [RegExp, string];
}

export const BENCHES: readonly Bench[] = [
  {
    tool: 'iverilog',
    slow: false,
    target: verilogTarget,
    extension: 'v',
    commands: (name) => [`iverilog -g2001 -Wall -o bench ${name}.v ${name}_tb.v`, 'vvp -n bench'],
    entry: [/18'd188909/, "18'd188973"],
  },
  {
    tool: 'verilator',
    slow: true,
    target: verilogTarget,
    extension: 'v',
    commands: (name) => [
      `verilator --binary -Wall -j 2 --top-module ${name}_tb -MAKEFLAGS OPT_FAST=-O0 ${name}.v ${name}_tb.v`,
      `obj_dir/V${name}_tb`,
    ],
    entry: [/18'd188909/, "18'd188973"],
  },
  ...(['93', '08'] as const).map((standard) => ({
    tool: 'ghdl' as const,
    slow: standard === '08',
    target: vhdlTarget,
    extension: 'vhd',
    commands: (name: string) => [
      `ghdl -a --std=${standard} ${name}.vhd ${name}_tb.vhd`,
      `ghdl --elab-run --std=${standard} ${name}_tb`,
    ],
    entry: [/to_unsigned\(188909, 18\)/, 'to_unsigned(188973, 18)'] as const,
  })),
];

/** Runs what a user would run; the last command's status and everything that was said. */
export async function runBench(
  { target, extension, commands }: Bench,
  plan: KernelPlan,
  name: string,
  pipeline: number | undefined,
  change: (unit: string) => string = (unit) => unit,
): Promise<{ readonly passed: boolean; readonly said: string }> {
  const { unit, bench } = await printedUnit(target, plan, name, pipeline);
  return inFolder((folder) => {
    writeFileSync(join(folder, `${name}.${extension}`), change(unit));
    writeFileSync(join(folder, `${name}_tb.${extension}`), bench);
    let said = '';
    for (const command of commands(name)) {
      const { status, stdout, stderr } = runSync('sh', ['-c', command], { cwd: folder });
      said += `${stdout.toString()}${stderr}`;
      if (status !== 0) return { passed: false, said };
    }
    return { passed: true, said };
  });
}

/** What a test bench has to say of a kernel, and of a wrong one. */
export function describeBenches(benches: readonly Bench[]): void {
  const sigmoid = PLANS['point symmetric']();
  describe.each(benches)('the test bench in $tool', (bench) => {
    needs(bench.tool);

    it.each([undefined, 0])('passes, without a warning, with --pipeline %s', async (n) => {
      const { passed, said } = await runBench(bench, sigmoid, 'gate', n);
      expect(said).toMatch(/PASS: gate, \d{3} vectors, latency \d/);
      expect(said).not.toMatch(/warning|error|metavalue/i);
      expect(passed).toBe(true);
    });

    it('fails where an entry of a table is wrong', async () => {
      const { passed, said } = await runBench(bench, sigmoid, 'gate', 2, (unit) =>
        unit.replace(...bench.entry),
      );
      expect(said).toMatch(/FAIL: gate, [1-9]\d* failures/);
      expect(passed).toBe(false);
    });
  });
}
