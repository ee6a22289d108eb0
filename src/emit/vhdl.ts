import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { designOf, designView, hardwareCost } from './hardware.js';
import { hardwareHeader } from './hardware-header.js';
import { VHDL_NAMES } from './hardware-keywords.js';
import { benchView } from './hardware-vectors.js';
import { checkKernelName } from './names.js';
import type { EmitOptions, Target } from './target.js';
import { template } from './templates.js';
import { typeOf, VHDL } from './vhdl-expression.js';

/** VHDL-93 with numeric_std for synthesis, in stages, and a test bench that checks itself. */
export const vhdlTarget: Target = Object.freeze({
  name: 'vhdl',
  about: 'a synthesizable, pipelined VHDL entity, and a self-checking test bench',
  maturity: 'stable',
  needs: 'a synthesis tool for VHDL; ghdl to run the test bench',
  check: (plan: KernelPlan) => checkKernelName(plan, VHDL_NAMES),
  cost: hardwareCost,
  emit: async (plan: KernelPlan, certificate: Certificate, { pipeline }: EmitOptions = {}) => {
    const design = designOf(plan, pipeline);
    const { latency } = design.pipeline;
    const ports = {
      name: plan.name,
      latency,
      pipelined: latency > 0,
      inputType: typeOf(plan.input),
      outputType: typeOf(plan.output),
      inputKind: plan.input.signed ? 'signed' : 'unsigned',
    };
    const header = hardwareHeader(plan, certificate, latency);
    const text = template('vhdl/entity.hbs')({
      ...ports,
      header: header.map((line) => (line === '' ? '--' : `-- ${line}`)),
      ...designView(design, VHDL),
    });
    const { words, ...bench } = benchView(plan);
    const vectors = words.map((word, i) => `x"${word}"${i === bench.last ? '' : ','}`);
    const benchText = template('vhdl/bench.hbs')({ ...ports, ...bench, vectors });
    return [
      { path: `vhdl/${plan.name}.vhd`, text },
      { path: `vhdl/${plan.name}_tb.vhd`, text: benchText },
    ];
  },
});
