import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf, type Target } from '../../src/emit/target.js';
import { verilogTarget } from '../../src/emit/verilog.js';
import { vhdlTarget } from '../../src/emit/vhdl.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { outputLater, outputOf } from '../support/processes.js';
import { unprovenCertificate } from './module.js';

/** A plan, how it is printed, and what it is run on. */
export interface HardwareJob {
  readonly plan: KernelPlan;
  /** Stages; chosen where not given. */
  readonly pipeline?: number | undefined;
  readonly inputs: readonly bigint[];
}

export function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-hardware-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a target prints for a plan under another name: the unit itself, and its test bench. */
export async function printedUnit(target: Target, plan: KernelPlan, name: string, pipeline?: number) {
  const renamed = { ...plan, name };
  const files = await target.emit(renamed, unprovenCertificate(plan), { pipeline });
  const [unit, bench] = files.map(textOf);
  return { unit, bench };
}

/** Whether a unit has registers, and so a clock. */
const isClocked = (unit: string): boolean => /\bclk\b/.test(unit);

/** Prints all jobs, their inputs, and a driver that runs each on its inputs and writes its outputs in order. */
async function prepared(
  folder: string,
  jobs: readonly HardwareJob[],
  { target, extension, driver, top }: Simulation,
): Promise<readonly string[]> {
  const units: string[] = [];
  for (const [i, { plan, pipeline, inputs }] of jobs.entries()) {
    const { unit } = await printedUnit(target, plan, `k${i}`, pipeline);
    const digits = Math.ceil(plan.input.bits / 4);
    const words = inputs.map((x) => BigInt.asUintN(plan.input.bits, x).toString(16).padStart(digits, '0'));
    writeFileSync(join(folder, `k${i}.in`), `${words.join('\n')}\n`);
    units.push(`${unit}\n${driver(`k${i}`, plan, inputs.length, isClocked(unit))}`);
  }
  const files = units.map((text, i) => {
    const file = `k${i}.${extension}`;
    writeFileSync(join(folder, file), text);
    return file;
  });
  writeFileSync(join(folder, `top.${extension}`), top(jobs.map((_, i) => `k${i}`)));
  return [...files, `top.${extension}`];
}

function outputsOf(folder: string, jobs: readonly HardwareJob[]): readonly (readonly bigint[])[] {
  return jobs.map(({ plan: { output }, inputs }, i) => {
    const lines = readFileSync(join(folder, `k${i}.out`), 'utf8')
      .trimEnd()
      .split('\n');
    if (lines.length !== inputs.length)
      throw new Error(`k${i} gave ${lines.length} of ${inputs.length} outputs`);
    return lines.map((line) => {
      const word = BigInt(`0x${line.trim()}`);
      return output.signed ? BigInt.asIntN(output.bits, word) : word;
    });
  });
}

interface Simulation {
  readonly target: Target;
  readonly extension: string;
  readonly driver: (name: string, plan: KernelPlan, count: number, isClocked: boolean) => string;
  readonly top: (names: readonly string[]) => string;
}

const vector = (bits: number) => (bits === 1 ? '' : `[${bits - 1}:0] `);

const VERILOG: Simulation = {
  target: verilogTarget,
  extension: 'v',
  driver: (name, plan, count, isClocked) => `
module run_${name};
  reg ${vector(plan.input.bits)}inputs [0:${count - 1}];
  reg clk = 0, rst = 1, in_valid = 0;
  reg ${vector(plan.input.bits)}in_raw = 0;
  wire out_valid;
  wire ${vector(plan.output.bits)}out_raw;
  integer i, file;
  // As a design that has the module in it knows it.
  localparam LATENCY = \`${name.toUpperCase()}_LATENCY;
  ${name} dut (${isClocked ? ".clk(clk), .rst(rst), .en(1'b1), " : ''}.in_valid(in_valid), .in_raw(in_raw), .out_valid(out_valid), .out_raw(out_raw));
  initial begin
    $readmemh("${name}.in", inputs);
    file = $fopen("${name}.out", "w");
    for (i = 0; i < 4; i = i + 1) begin #1 clk = 1; #1 clk = 0; end
    rst = 0;
    for (i = 0; i < ${count} + LATENCY; i = i + 1) begin
      in_valid = i < ${count};
      in_raw = inputs[i < ${count} ? i : 0];
      #1;
      if (out_valid !== (i >= LATENCY)) $fdisplay(file, "x");
      if (out_valid === 1'b1) $fdisplay(file, "%h", out_raw);
      clk = 1;
      #1 clk = 0;
    end
    $fclose(file);
  end
endmodule
`,
  top: (names) => `module top;\n${names.map((name) => `  run_${name} r_${name}();\n`).join('')}endmodule\n`,
};

/** All jobs in one run of Icarus Verilog. */
export async function runIcarus(jobs: readonly HardwareJob[]) {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-icarus-'));
  const files = await prepared(folder, jobs, VERILOG);
  outputOf('iverilog', ['-g2001', '-Wall', '-Wno-timescale', '-s', 'top', '-o', 'top.vvp', ...files], {
    cwd: folder,
  });
  outputOf('vvp', ['-n', 'top.vvp'], { cwd: folder });
  const outputs = outputsOf(folder, jobs);
  rmSync(folder, { recursive: true });
  return outputs;
}

/** All jobs in one program that Verilator makes. */
export async function runVerilator(jobs: readonly HardwareJob[]) {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-verilator-'));
  const files = await prepared(folder, jobs, VERILOG);
  const flags = [
    '--binary',
    '-Wno-fatal',
    '-Wno-lint',
    '-j',
    '2',
    '--top-module',
    'top',
    '-MAKEFLAGS',
    'OPT_FAST=-O1 OPT_SLOW=-O0 OPT_GLOBAL=-O0',
  ];
  outputOf('verilator', [...flags, ...files], { cwd: folder });
  outputOf('obj_dir/Vtop', [], { cwd: folder });
  const outputs = outputsOf(folder, jobs);
  rmSync(folder, { recursive: true });
  return outputs;
}

const VHDL: Simulation = {
  target: vhdlTarget,
  extension: 'vhd',
  driver: (name, plan, count, isClocked) => `
library ieee; use ieee.std_logic_1164.all; use ieee.numeric_std.all;
use std.textio.all; use ieee.std_logic_textio.all;
use work.${name}_pkg.LATENCY;
entity run_${name} is end entity;
architecture run of run_${name} is
  signal clk : std_logic := '0';
  signal rst : std_logic := '1';
  signal in_valid : std_logic := '0';
  signal in_raw : ${plan.input.signed ? 'signed' : 'unsigned'}(${plan.input.bits - 1} downto 0) := (others => '0');
  signal out_valid : std_logic;
  signal out_raw : ${plan.output.signed ? 'signed' : 'unsigned'}(${plan.output.bits - 1} downto 0);
begin
  dut : entity work.${name} port map (${isClocked ? "clk => clk, rst => rst, en => '1', " : ''}in_valid => in_valid, in_raw => in_raw, out_valid => out_valid, out_raw => out_raw);
  process
    file source : text open read_mode is "${name}.in";
    file sink : text open write_mode is "${name}.out";
    variable l : line;
    variable word : std_logic_vector(${4 * Math.ceil(plan.input.bits / 4) - 1} downto 0);
    variable wide : std_logic_vector(${4 * Math.ceil(plan.output.bits / 4) - 1} downto 0) := (others => '0');
  begin
    for i in 0 to 3 loop
      wait for 1 ns; clk <= '1'; wait for 1 ns; clk <= '0';
    end loop;
    rst <= '0';
    for i in 0 to ${count - 1} + LATENCY loop
      if i < ${count} then
        readline(source, l); hread(l, word);
        in_raw <= ${plan.input.signed ? 'signed' : 'unsigned'}(word(${plan.input.bits - 1} downto 0));
        in_valid <= '1';
      else
        in_valid <= '0';
      end if;
      wait for 1 ns;
      if i < LATENCY and out_valid = '1' then
        write(l, string'("x")); writeline(sink, l);
      end if;
      if out_valid = '1' then
        wide(${plan.output.bits - 1} downto 0) := std_logic_vector(out_raw);
        hwrite(l, wide); writeline(sink, l);
      end if;
      clk <= '1';
      wait for 1 ns;
      clk <= '0';
    end loop;
    wait;
  end process;
end architecture;
`,
  top: (names) =>
    `entity top is end entity;\narchitecture a of top is begin\n${names.map((name) => `  r_${name} : entity work.run_${name};\n`).join('')}end architecture;\n`,
};

/** All jobs in GHDL, which takes one core: in as many runs at a time as there are cores. */
export async function runGhdl(jobs: readonly HardwareJob[], standard: '93' | '08') {
  const runs = Math.min(availableParallelism(), jobs.length);
  const parts = Array.from({ length: runs }, (_, run) => jobs.filter((_, i) => i % runs === run));
  const outputs = await Promise.all(parts.map((part) => oneRunOfGhdl(part, standard)));
  return jobs.map((_, i) => outputs[i % runs][Math.floor(i / runs)]);
}

async function oneRunOfGhdl(jobs: readonly HardwareJob[], standard: '93' | '08') {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-ghdl-'));
  const files = await prepared(folder, jobs, VHDL);
  const flags = [`--std=${standard}`, ...(standard === '93' ? ['--ieee=synopsys'] : [])];
  outputOf('ghdl', ['-a', ...flags, ...files], { cwd: folder });
  const run = ['--elab-run', ...flags, 'top', '--assert-level=error', '--stop-time=1sec'];
  await outputLater('ghdl', run, { cwd: folder });
  const outputs = outputsOf(folder, jobs);
  rmSync(folder, { recursive: true });
  return outputs;
}
