import { describe, expect, it } from 'vitest';
import { ApproxgenError } from '../../src/diagnostic.js';
import { asciiText } from '../../src/emit/comment.js';
import { checkTargets } from '../../src/emit/targets.js';
import { verilogTarget } from '../../src/emit/verilog.js';
import { vhdlTarget } from '../../src/emit/vhdl.js';
import { PLANS } from '../conformance/plans.js';
import { BENCHES, describeBenches, runBench } from './hardware-benches.js';
import { needs } from '../support/needs.js';
import { printedUnit } from './hardware-run.js';

const sigmoid = PLANS['point symmetric']();

describeBenches(BENCHES.filter(({ slow }) => !slow));

describe('the Verilog test bench', () => {
  needs('iverilog');

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

describe('the VHDL test bench', () => {
  needs('ghdl');

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
      expect(unit).toMatch(/gate: \? <= 1 in fixed point\. .*\n.*Format {3}Q4\.12 -> Q4\.12/);
      expect(unit).toMatch(/--pipeline 4: a result 4 cycles after its input/);
      expect(unit).toMatch(/CRC-32 of all outputs [0-9a-f]{8}/);
      expect(unit).toMatch(/`define GATE_LATENCY 4\n|constant LATENCY : natural := 4;/);
      expect(unit).not.toMatch(/[a-z] [/%] /);
    }
    expect(asciiText('½ ulp · 2⁻ⁿ')).toBe('1/2 ulp * 2^-?');
  });

  it('has no clock where it has no registers', async () => {
    for (const target of [verilogTarget, vhdlTarget]) {
      const { unit } = await printedUnit(target, sigmoid, 'gate', 0);
      expect(unit).not.toMatch(/\b(clk|rst|en)\b/);
    }
  });
});
