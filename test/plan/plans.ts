import { propose } from '../../src/propose/propose.js';
import type { NarrowPlan } from '../../src/plan/narrow.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { narrow } from './narrow.js';

const made = new Map<KernelSpec, NarrowPlan>();

/** The plan that a spec leads to, before any proof. */
export function planOf(spec: KernelSpec): NarrowPlan {
  const plan = made.get(spec) ?? narrow(propose(resolveSpec(spec)).plan);
  made.set(spec, plan);
  return plan;
}

interface PlanCase {
  readonly what: string;
  readonly spec: KernelSpec;
}

/** Specs whose plans take, together, every way through reduction, selection, Horner's scheme and finish. */
export const planCases: readonly PlanCase[] = [
  // Reductions
  { what: 'no reduction', spec: { function: 'sigmoid', format: 'UQ4.4' } },
  { what: 'no reduction, 16 bits', spec: { function: 'tanh', format: 'UQ4.12', ulp: 1.5 } },
  { what: 'odd', spec: { function: 'tanh', format: 'Q3.5' } },
  { what: 'odd, 16 bits', spec: { function: 'tanh', format: 'Q4.12' } },
  { what: 'odd, 32 bits', spec: { function: 'tanh', range: [-8, 8], ulp: 8 } },
  { what: 'point', spec: { function: 'sigmoid', format: 'Q4.4' } },
  { what: 'point, 16 bits', spec: { function: 'sigmoid', format: 'Q6.10' } },
  { what: 'point, 32 bits', spec: { function: 'sigmoid', ulp: 8 } },
  { what: 'scaled', spec: { function: 'rsqrt', format: 'Q4.4' } },
  { what: 'scaled, odd fraction bits', spec: { function: 'rsqrt', format: 'Q3.5' } },
  { what: 'scaled, unsigned', spec: { function: 'rsqrt', format: 'UQ4.4' } },
  { what: 'scaled, unsigned, odd fraction bits', spec: { function: 'rsqrt', format: 'UQ5.11' } },
  { what: 'scaled, 16 bits', spec: { function: 'rsqrt', format: 'Q4.12' } },
  { what: 'scaled, 32 bits', spec: { function: 'rsqrt', ulp: 2 } },
  { what: 'scaled, unsigned 32 bits', spec: { function: 'rsqrt', format: 'UQ8.24', ulp: 2 } },
  { what: 'added', spec: { function: 'log2', format: 'Q4.4' } },
  {
    what: 'added, unsigned, odd fraction bits',
    spec: { function: 'log2', input: 'UQ5.11', output: 'Q5.11' },
  },
  { what: 'added, 32 bits', spec: { function: 'log2', ulp: 2 } },
  { what: 'split', spec: { function: 'exp', format: 'Q4.4' } },
  { what: 'split, 16 bits', spec: { function: 'exp', format: 'Q4.12', range: [-8, 2] } },
  { what: 'split, unsigned', spec: { function: 'exp', format: 'UQ4.12', range: [0, 2] } },
  { what: 'split, 32 bits', spec: { function: 'exp', range: [-8, 1], ulp: 2 } },
  // Selections
  {
    what: 'equal segments',
    spec: { function: 'log2', format: 'Q4.12', segments: 8, segmentation: 'dyadic' },
  },
  { what: 'a map of cells', spec: { function: 'tanh', format: 'Q4.12', segmentation: 'dyadic', order: 1 } },
  { what: 'comparisons', spec: { function: 'tanh', range: [-7.3, 7.3], segments: 5, ulp: 9, order: 4 } },
  // Formats
  { what: 'a coarser output', spec: { function: 'tanh', input: 'Q8.24', output: 'Q1.7' } },
  { what: 'a finer output', spec: { function: 'sigmoid', input: 'Q4.4', output: 'Q2.30', order: 8, ulp: 1 } },
  { what: 'an unsigned output', spec: { function: 'sigmoid', input: 'Q4.12', output: 'UQ0.16' } },
  {
    what: 'an output that saturates',
    spec: { function: 'exp', input: 'Q4.4', output: 'Q2.6', range: [-4, 0] },
  },
  // Orders
  { what: 'order 0', spec: { function: 'tanh', format: 'Q4.4', order: 0 } },
  { what: 'order 0, scaled', spec: { function: 'rsqrt', format: 'Q4.4', order: 0 } },
  { what: 'order 12', spec: { function: 'tanh', format: 'Q4.12', order: 12 } },
  { what: 'order 12, 32 bits', spec: { function: 'sigmoid', order: 12, ulp: 3, range: [-20, 20] } },
  // Rounding
  ...(['floor', 'half-up', 'half-even', 'half-away', 'pseudo-stochastic'] as const).flatMap((mode) => [
    {
      what: `steps ${mode}`,
      spec: { function: 'sigmoid', format: 'Q4.12', stepRounding: mode, ulp: 3, guard: 1 } as const,
    },
    {
      what: `finish ${mode}`,
      spec: { function: 'tanh', format: 'Q3.13', rounding: mode, ulp: 3, guard: 5 } as const,
    },
    {
      what: `${mode}, 32 bits`,
      spec: { function: 'tanh', rounding: mode, stepRounding: mode, ulp: 9, order: 5 } as const,
    },
    {
      what: `${mode}, scaled`,
      spec: { function: 'rsqrt', format: 'Q4.4', rounding: mode, stepRounding: mode, ulp: 3 } as const,
    },
  ]),
  // Overflow
  ...(['saturate', 'saturate-symmetric', 'wrap'] as const).flatMap((overflow) => [
    {
      what: `${overflow}, odd`,
      spec: { function: 'tanh', input: 'Q3.5', output: 'Q1.7', overflow, ulp: 300, range: [-2, 2] } as const,
    },
    { what: `${overflow}, point`, spec: { function: 'sigmoid', format: 'Q4.4', overflow } as const },
    {
      what: `${overflow}, scaled`,
      spec: { function: 'rsqrt', format: 'Q2.6', overflow, range: [0.5, 1.9] } as const,
    },
    { what: `${overflow}, added`, spec: { function: 'log2', format: 'Q3.5', overflow } as const },
    {
      what: `${overflow}, split`,
      spec: { function: 'exp', input: 'Q5.3', output: 'Q3.5', overflow, range: [-16, 1] } as const,
    },
  ]),
  { what: 'error, point', spec: { function: 'sigmoid', format: 'Q4.4', overflow: 'error' } },
  // Tails
  {
    what: 'an added tail',
    spec: { function: 'tanh', format: 'Q5.3', range: [-3, 3], segmentation: 'dyadic', order: 3 },
  },
  { what: 'a shared tail', spec: { function: 'tanh', format: 'Q4.12', range: [-7, 7], order: 2, ulp: 2 } },
  { what: 'no tail', spec: { function: 'tanh', format: 'Q2.6', range: [-2, 2] } },
  // Coefficients
  { what: 'one format for all coefficients', spec: { function: 'tanh', coefficients: 'same', ulp: 4 } },
  { what: 'many guard bits', spec: { function: 'rsqrt', format: 'Q4.12', guard: 20 } },
  { what: 'wide products', spec: { function: 'tanh', guard: 24, coefficients: 'same', order: 4 } },
];
