import { VERILOG_NAMES } from './hardware-keywords.js';
import { hardwareTarget } from './hardware-target.js';
import type { Target } from './target.js';
import { range, verilog } from './verilog-expression.js';

/** Verilog-2001 for synthesis, in stages, and a test bench that checks itself. */
export const verilogTarget: Target = hardwareTarget({
  name: 'verilog',
  about: 'a synthesizable, pipelined Verilog module, and a self-checking test bench',
  needs: 'a synthesis tool such as yosys; iverilog or verilator to run the test bench',
  language: verilog,
  names: VERILOG_NAMES,
  comment: '//',
  design: 'module',
  extension: 'v',
  ports: ({ input, output }) => ({ inputRange: range(input), outputRange: range(output) }),
  vectors: (words, bits) => words.map((word) => `${bits}'h${word}`),
});
