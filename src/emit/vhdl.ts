import { VHDL_NAMES } from './hardware-keywords.js';
import { hardwareTarget } from './hardware-target.js';
import type { Target } from './target.js';
import { typeOf, VHDL } from './vhdl-expression.js';

/** VHDL-93 with numeric_std for synthesis, in stages, and a test bench that checks itself. */
export const vhdlTarget: Target = hardwareTarget({
  name: 'vhdl',
  about: 'a synthesizable, pipelined VHDL entity, and a self-checking test bench',
  needs: 'a synthesis tool for VHDL; ghdl to run the test bench',
  language: () => VHDL,
  names: VHDL_NAMES,
  comment: '--',
  design: 'entity',
  extension: 'vhd',
  ports: ({ input, output }) => ({
    inputType: typeOf(input),
    outputType: typeOf(output),
    inputKind: input.signed ? 'signed' : 'unsigned',
  }),
  vectors: (words) => words.map((word, i) => `x"${word}"${i === words.length - 1 ? '' : ','}`),
});
