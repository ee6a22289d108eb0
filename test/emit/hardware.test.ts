import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flipFlops, hasYosys, latches, synthesize } from '../../bench/yosys.js';
import { ApproxgenError } from '../../src/diagnostic.js';
import { asciiText } from '../../src/emit/hardware-header.js';
import { checkTargets } from '../../src/emit/targets.js';
import type { Target } from '../../src/emit/target.js';
import { verilogTarget } from '../../src/emit/verilog.js';
import { vhdlTarget } from '../../src/emit/vhdl.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';
import { hasTool, inFolder, printedUnit } from './hardware-run.js';

const sigmoid = PLANS['point symmetric']();
const PATIENCE = 300_000;

/** A simulator that runs a test bench: the commands, and what files are called. */
interface Bench {
  readonly tool: string;
  readonly target: Target;
  readonly extension: string;
  readonly commands: (name: string) => readonly string[];
  /** A table entry of the sigmoid, and what else it might be. */
  readonly entry: readonly [RegExp, string];
}

const BENCHES: readonly Bench[] = [
  {
    tool: 'iverilog',
    target: verilogTarget,
    extension: 'v',
    commands: (name) => [`iverilog -g2001 -Wall -o bench ${name}.v ${name}_tb.v`, 'vvp -n bench'],
    entry: [/18'd188909/, "18'd188973"],
  },
  {
    tool: 'verilator',
    target: verilogTarget,
    extension: 'v',
    commands: (name) => [
      `verilator --binary -Wall -Wno-DECLFILENAME -Wno-BLKSEQ -j 2 --top-module ${name}_tb -MAKEFLAGS OPT_FAST=-O0 ${name}.v ${name}_tb.v`,
      `obj_dir/V${name}_tb`,
    ],
    entry: [/18'd188909/, "18'd188973"],
  },
  ...(['93', '08'] as const).map((standard) => ({
    tool: 'ghdl',
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
async function runBench(
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
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
      said += stdout + stderr;
      if (status !== 0) return { passed: false, said };
    }
    return { passed: true, said };
  });
}

describe.each(BENCHES)('the test bench in $tool', (bench) => {
  describe.skipIf(!hasTool(bench.tool))(`(skipped without ${bench.tool})`, () => {
    it.each([undefined, 0])(
      'passes, without a warning, with --pipeline %s',
      { timeout: PATIENCE },
      async (n) => {
        const { passed, said } = await runBench(bench, sigmoid, 'gate', n);
        expect(said).toMatch(/PASS: gate, \d{3} vectors, latency \d/);
        expect(said).not.toMatch(/warning|error|metavalue/i);
        expect(passed).toBe(true);
      },
    );

    it('fails where an entry of a table is wrong', { timeout: PATIENCE }, async () => {
      const { passed, said } = await runBench(bench, sigmoid, 'gate', 2, (unit) =>
        unit.replace(...bench.entry),
      );
      expect(said).toMatch(/FAIL: gate, [1-9]\d* failures/);
      expect(passed).toBe(false);
    });
  });
});

describe.skipIf(!hasTool('iverilog'))('the Verilog test bench (skipped without iverilog)', () => {
  const [icarus] = BENCHES;
  it.each([
    ['the valid bit is a stage early', /assign out_valid = valid_s4;/, 'assign out_valid = valid_s3;'],
    ['reset is ignored', /if \(rst\) valid_s2 <= 1'b0;\n +else/, ''],
    ['a register is left out', /y0_product_s4 <= y0_product|(\w+)_s3 <= \1;\n/, ''],
    ['the output is never valid', /assign out_valid = valid_s4;/, "assign out_valid = 1'b0;"],
  ])('fails where %s', async (_, pattern, replacement) => {
    const { passed, said } = await runBench(icarus, sigmoid, 'gate', 3, (unit) => {
      expect(unit).toMatch(pattern);
      return unit.replace(pattern, replacement);
    });
    expect(said).toMatch(/FAIL: gate/);
    expect(passed).toBe(false);
  });

  it.each(['clk', 'x', 'in_raw', 'vectors', 'segments_c2', 'dut'])(
    'takes a kernel named %s',
    async (name) => {
      const { said, passed } = await runBench(icarus, sigmoid, name, 2);
      expect(said).toMatch(/PASS/);
      expect(passed).toBe(true);
    },
  );
});

describe.skipIf(!hasTool('ghdl'))('the VHDL test bench (skipped without ghdl)', () => {
  it.each(['clk', 'x', 'in_raw', 'vectors', 'segments_c2', 'dut'])(
    'takes a kernel named %s',
    async (name) => {
      const { said, passed } = await runBench(BENCHES[2], sigmoid, name, 2);
      expect(said).toMatch(/PASS/);
      expect(passed).toBe(true);
    },
  );
});

describe('names that hardware languages have for themselves', () => {
  it.each([
    ['verilog', 'reg', 'it is a keyword'],
    ['verilog', 'logic', 'it is a keyword'],
    ['vhdl', 'Signal', 'it is a keyword'],
    ['vhdl', 'tanh__fast', 'no two underscores'],
    ['vhdl', 'tanh_', 'no underscore at the end'],
  ])('%s refuses %s: %s', (target, name, reason) => {
    const refusal = () => checkTargets({ ...sigmoid, name }, [target]);
    expect(refusal).toThrow(ApproxgenError);
    expect(refusal).toThrow(reason);
  });

  it('are all right where they are not', () => {
    checkTargets({ ...sigmoid, name: 'signal' }, ['verilog']);
    checkTargets({ ...sigmoid, name: 'reg' }, ['vhdl']);
    checkTargets({ ...sigmoid, name: 'tanh_q4_12' }, ['verilog', 'vhdl']);
  });
});

describe('a printed module', () => {
  it('is ASCII, and says what it is, how late it is, and what was proven', async () => {
    for (const target of [verilogTarget, vhdlTarget]) {
      const { unit, bench } = await printedUnit(target, { ...sigmoid, function: 'σ ≤ 1' }, 'gate', 4);
      for (const text of [unit, bench]) expect(text).toMatch(/^[\x20-\x7e\n]*$/);
      expect(unit).toMatch(/gate: \? <= 1, Q4\.12 -> Q4\.12/);
      expect(unit).toMatch(/--pipeline 4: a result 4 cycles after its input/);
      expect(unit).toMatch(/CRC-32 {3}[0-9a-f]{8}/);
      expect(unit).toMatch(/LATENCY (: natural :)?= 4;/);
      expect(unit).not.toMatch(/[a-z] [/%] /);
    }
    expect(asciiText('½ ulp · 2⁻ⁿ')).toBe('1/2 ulp * 2^-?');
  });

  it('has no clock where it has no registers', async () => {
    for (const target of [verilogTarget, vhdlTarget]) {
      const { unit } = await printedUnit(target, sigmoid, 'gate', 0);
      expect(unit).not.toMatch(/\b(clk|rst)\b/);
    }
  });
});

describe.skipIf(!hasYosys)('yosys (skipped without yosys)', () => {
  it.each(['point symmetric', 'normalised, scaled', 'sin Q8.8', 'odd, tail as a row'])(
    'synthesizes without latches, shallower in three stages than in one: %s',
    { timeout: PATIENCE },
    async (name) => {
      const plan = PLANS[name]();
      const made = await Promise.all(
        [0, 1, 3].map(async (n) => {
          const { unit } = await printedUnit(verilogTarget, plan, 'kernel', n);
          return synthesize(unit, 'kernel', 'synth');
        }),
      );
      const [none, one, three] = made;
      expect(made.map(latches)).toEqual([0, 0, 0]);
      expect(flipFlops(none)).toBe(0);
      // The output and the valid bit; what the synthesis proves constant is gone.
      expect(flipFlops(one)).toBeGreaterThan(8);
      expect(flipFlops(one)).toBeLessThanOrEqual(plan.output.bits + 1);
      expect(flipFlops(three)).toBeGreaterThan(flipFlops(one));
      expect(three.depth).toBeLessThan(0.7 * one.depth);
      console.log(
        `${name}: ${none.total} cells, path ${none.depth}; in three stages ${three.total} cells, ${flipFlops(three)} of them flip-flops, path ${three.depth}`,
      );
    },
  );
});
