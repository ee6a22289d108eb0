import { verilogTarget } from '../../../src/emit/verilog.js';
import { vhdlTarget } from '../../../src/emit/vhdl.js';
import { runGhdl, runIcarus, runVerilator, type HardwareJob } from '../../emit/hardware-run.js';
import { missing, type ToolName } from '../../support/tools.js';
import type { Job } from '../jobs.js';
import { wordsOf, type Build, type ConformingTarget } from './build.js';

/** No stage, one, three, and as many as are chosen. */
const LATENCIES = [0, 1, 3, undefined] as const;

function simulated(
  name: string,
  tool: ToolName,
  simulate: (jobs: readonly HardwareJob[]) => Promise<readonly (readonly bigint[])[]>,
  limits: Pick<Build, 'thinned' | 'portion' | 'slow'>,
): Build {
  return {
    name,
    missing: () => missing(tool),
    answer: async (jobs: readonly Job[]) => {
      const staged = jobs.map(({ plan, inputs }, i) => ({
        plan,
        inputs,
        pipeline: LATENCIES[i % LATENCIES.length],
      }));
      return wordsOf(await simulate(staged));
    },
    ...limits,
  };
}

export const HARDWARE: readonly ConformingTarget[] = [
  {
    name: 'verilog',
    target: verilogTarget,
    builds: [
      simulated('iverilog', 'iverilog', runIcarus, {
        thinned: { every: 2, inputs: 60 },
        portion: { complete: Infinity, narrow: 65536, wide: 2 ** 14 },
      }),
      simulated('verilator', 'verilator', runVerilator, {
        slow: true,
        thinned: { every: 9, inputs: 1000 },
        portion: { complete: Infinity, narrow: 65536, wide: 2 ** 17 },
      }),
    ],
    refusals: {},
  },
  {
    name: 'vhdl',
    target: vhdlTarget,
    builds: [
      simulated('ghdl', 'ghdl', (jobs) => runGhdl(jobs, '93'), {
        slow: true,
        thinned: { every: 2, inputs: 50 },
        portion: { complete: Infinity, narrow: 65536, wide: 4096 },
      }),
    ],
    refusals: {},
  },
];
