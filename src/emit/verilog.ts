import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { designOf, designView, hardwareCost } from './hardware.js';
import { hardwareHeader } from './hardware-header.js';
import { VERILOG_NAMES } from './hardware-keywords.js';
import { benchView } from './hardware-vectors.js';
import { checkKernelName } from './names.js';
import type { EmitOptions, Target } from './target.js';
import { template } from './templates.js';
import { range, VERILOG } from './verilog-expression.js';

/** Verilog-2001 for synthesis, in stages, and a test bench that checks itself. */
export const verilogTarget: Target = Object.freeze({
  name: 'verilog',
  about: 'a synthesizable, pipelined Verilog module, and a self-checking test bench',
  maturity: 'stable',
  needs: 'a synthesis tool such as yosys; iverilog or verilator to run the test bench',
  check: (plan: KernelPlan) => checkKernelName(plan, VERILOG_NAMES),
  cost: hardwareCost,
  emit: async (plan: KernelPlan, certificate: Certificate, { pipeline }: EmitOptions = {}) => {
    const design = designOf(plan, pipeline);
    const { latency } = design.pipeline;
    const ports = {
      name: plan.name,
      latency,
      pipelined: latency > 0,
      inputRange: range(plan.input),
      outputRange: range(plan.output),
    };
    const header = hardwareHeader(plan, certificate, latency);
    const text = template('verilog/module.hbs')({
      ...ports,
      header: header.map((line) => (line === '' ? '//' : `// ${line}`)),
      ...designView(design, VERILOG),
    });
    const { words, ...bench } = benchView(plan);
    const vectors = words.map((word) => `${bench.wordTop + 1}'h${word}`);
    const benchText = template('verilog/bench.hbs')({ ...ports, ...bench, vectors });
    return [
      { path: `verilog/${plan.name}.v`, text },
      { path: `verilog/${plan.name}_tb.v`, text: benchText },
    ];
  },
});
