import type { Integer } from '../fixedpoint/integer.js';
import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';

/** The listed inputs of a TypeScript kernel, and how their outputs are found. */
export interface TypescriptExceptions {
  readonly inputs: string;
  readonly outputs: string;
  readonly type: string;
  readonly count: number;
  readonly statements: readonly string[];
}

export function typescriptExceptions(plan: KernelPlan): TypescriptExceptions | undefined {
  const { exceptions } = plan;
  if (!exceptions) return undefined;
  const words = hasWordFormats(plan);
  const array = (values: readonly Integer[]) =>
    words ? `new Float64Array([${values.join(', ')}])` : `[${values.map((value) => `${value}n`).join(', ')}]`;
  return {
    inputs: array(exceptions.inputs),
    outputs: array(exceptions.outputs),
    type: words ? 'number' : 'bigint',
    count: exceptions.inputs.length,
    statements: ['const listed = exceptionOf(xRaw);', 'if (listed >= 0) return LISTED[listed]!;'],
  };
}
