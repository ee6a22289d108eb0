import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { lineComments } from './comment.js';
import { designOf, designView, hardwareCost, type HardwareLanguage } from './hardware.js';
import { hardwareHeader } from './hardware-header.js';
import { benchView } from './hardware-vectors.js';
import { checkKernelName } from './names.js';
import type { EmitOptions, Target } from './target.js';
import { render } from './templates.js';

/** What one hardware target has of its own. */
export interface HardwareTarget extends Pick<Target, 'name' | 'about' | 'needs'> {
  readonly language: (plan: KernelPlan) => HardwareLanguage;
  /** Names that a kernel can't have. */
  readonly names: Parameters<typeof checkKernelName>[1];
  /** What a line of comment begins with. */
  readonly comment: string;
  /** The template of the design, beside that of the test bench, in the target's folder. */
  readonly design: string;
  readonly extension: string;
  /** The types of the ports, as the templates call them. */
  readonly ports: (plan: KernelPlan) => object;
  /** The words of the test bench, in hexadecimal, as elements of its memory. */
  readonly vectors: (words: readonly string[], bits: number) => readonly string[];
}

/** A target that prints a design in stages, and a test bench that checks itself. */
export function hardwareTarget(own: HardwareTarget): Target {
  const { name, about, needs, comment, extension } = own;
  return Object.freeze({
    name,
    about,
    maturity: 'stable',
    needs,
    check: (plan: KernelPlan) => checkKernelName(plan, own.names),
    cost: hardwareCost,
    paths: (kernel: string) => [`${name}/${kernel}.${extension}`, `${name}/${kernel}_tb.${extension}`],
    emit: async (plan: KernelPlan, certificate: Certificate, { pipeline }: EmitOptions = {}) => {
      const design = designOf(plan, pipeline);
      const { latency } = design.pipeline;
      const ports = {
        name: plan.name,
        macro: plan.name.toUpperCase(),
        latency,
        pipelined: latency > 0,
        ...own.ports(plan),
      };
      const header = hardwareHeader(plan, certificate, { latency, chosen: pipeline === undefined });
      const text = await render(`${name}/${own.design}.hbs`, {
        ...ports,
        header: lineComments(comment, header),
        ...designView(design, own.language(plan)),
      });
      const { words, ...bench } = benchView(plan);
      const vectors = own.vectors(words, bench.wordTop + 1);
      const benchText = await render(`${name}/bench.hbs`, { ...ports, ...bench, vectors });
      return [
        { path: `${name}/${plan.name}.${extension}`, text },
        { path: `${name}/${plan.name}_tb.${extension}`, text: benchText },
      ];
    },
  });
}
