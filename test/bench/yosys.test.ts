import { describe, expect, it } from 'vitest';
import { hardwareTable } from '../../bench/hardware.js';
import { cellCounts, flipFlops, latches, pathLength, synthesize } from '../../bench/yosys.js';
import { needs } from '../support/needs.js';

const STAT = JSON.stringify({
  creator: 'Yosys',
  modules: { '\\a': { num_cells: 3 } },
  design: { num_cells: 12, num_cells_by_type: { $_AND_: 4, $_DFF_P_: 5, $_SDFF_PN0_: 2, $_DLATCH_P_: 1 } },
});

describe('what yosys writes', () => {
  it('is read as cells, by type', () => {
    const counts = cellCounts(STAT);
    expect(counts.total).toBe(12);
    expect(flipFlops(counts)).toBe(7);
    expect(latches(counts)).toBe(1);
    expect(() => cellCounts('{}')).toThrow('nothing of a design');
  });

  it('is read as a path', () => {
    expect(pathLength('Longest topological path in a (length=17):\n    0: $x')).toBe(17);
    expect(pathLength('no loops')).toBe(0);
  });

  it('becomes a table, or says why not', () => {
    expect(hardwareTable([]).notes).toEqual(['yosys is not installed.']);
  });
});

describe('yosys', () => {
  needs('yosys');

  const adder =
    'module adder(input clk, input [3:0] a, b, output reg [3:0] s);\nalways @(posedge clk) s <= a + b;\nendmodule\n';

  it('counts the cells of a module', () => {
    const made = synthesize(adder, 'adder', 'synth');
    expect(flipFlops(made)).toBe(4);
    expect(latches(made)).toBe(0);
    expect(made.depth).toBeGreaterThan(2);
    expect(synthesize(adder, 'adder', 'synth_ice40 -dsp').cells.SB_DFF).toBe(4);
  });

  it('sees a latch, and refuses what is no Verilog', () => {
    const latch = 'module latch(input e, d, output reg q);\nalways @* if (e) q = d;\nendmodule\n';
    expect(latches(synthesize(latch, 'latch', 'synth'))).toBe(1);
    expect(() => synthesize('module broken(', 'broken', 'synth')).toThrow(/yosys: .*syntax error/s);
  });
});
