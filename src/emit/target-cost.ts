import { planCost } from '../plan/cost.js';
import type { KernelPlan } from '../plan/plan.js';
import { programCost } from './program-cost.js';
import type { Program } from './program.js';

/** What a kernel takes as a target prints it; what makes no sense there is left out. */
export interface TargetCost {
  /** Constant data. */
  readonly tableBytes?: number;
  readonly multiplications: number;
  /** Two's complement bits of the widest product, and of the widest of all values. */
  readonly productBits: number;
  readonly valueBits: number;
  /** Bytes of the compiled module. */
  readonly moduleBytes?: number;
  /** Cycles from an input to its output, and flip-flops without what is valid. */
  readonly latency?: number;
  readonly registerBits?: number;
  /** Gas of a call, about; see `gasOf`. */
  readonly gas?: number;
  /** What an element costs parties to whom it is secret. */
  readonly comparisons?: number;
  readonly truncations?: number;
  readonly andGates?: number;
}

/** Of what is printed from the lowered program. */
export function costOfProgram(program: Program, tableBytes?: number): TargetCost {
  return { ...(tableBytes === undefined ? {} : { tableBytes }), ...programCost(program) };
}

/** Of what is printed from the plan itself. */
export function costOfPlan(plan: KernelPlan): TargetCost {
  const { bounds } = plan;
  const products = bounds.steps.map(({ product }) => product.bits);
  const accumulators = bounds.steps.map(({ accumulator }) => accumulator.bits);
  const reduction = bounds.reduction ? [bounds.reduction.product.bits] : [];
  const productBits = Math.max(0, ...products, ...reduction);
  const widest = [plan.input.bits, plan.output.bits, bounds.argument.bits, bounds.accumulator.bits];
  return {
    multiplications: planCost(plan).multiplications,
    productBits,
    valueBits: Math.max(productBits, ...accumulators, ...widest),
  };
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The same as a line for people. */
export function costText(cost: TargetCost): string {
  const parts = [
    cost.tableBytes === undefined ? undefined : `${cost.tableBytes} bytes of tables`,
    cost.moduleBytes === undefined ? undefined : `a module of ${cost.moduleBytes} bytes`,
    count(cost.multiplications, 'multiplication'),
    cost.productBits === 0 ? undefined : `products of ${cost.productBits} bits`,
    `values of ${cost.valueBits} bits`,
    cost.latency === undefined ? undefined : `latency ${cost.latency}`,
    cost.registerBits === undefined ? undefined : count(cost.registerBits, 'register bit'),
    cost.gas === undefined ? undefined : `about ${cost.gas} gas`,
    cost.comparisons === undefined ? undefined : count(cost.comparisons, 'comparison'),
    cost.truncations === undefined ? undefined : count(cost.truncations, 'truncation'),
    cost.andGates === undefined ? undefined : `about ${cost.andGates} AND gates`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
