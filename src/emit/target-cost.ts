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
  /** What was measured on this machine, if that was asked for. */
  readonly measured?: MeasuredCost;
}

/** What only running or synthesizing shows; where a tool is missing, `unmeasured` says what of it is not known, and why. */
export interface MeasuredCost {
  /** Nanoseconds of an evaluation, on inputs of the range in no order: one at a time, and by arrays. */
  readonly scalarNanoseconds?: number;
  readonly arrayNanoseconds?: number;
  /** Gates of one or two inputs, multiplexers and flip-flops; of them the flip-flops; gates between two of these. */
  readonly gates?: number;
  readonly flipFlops?: number;
  readonly path?: number;
  /** On a Lattice iCE40 with its multipliers: look-up tables of four inputs, and multipliers of 16 bits. */
  readonly luts?: number;
  readonly multipliers?: number;
  readonly unmeasured?: string;
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
    ...measuredTexts(cost.measured ?? {}),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function measuredTexts(cost: MeasuredCost): readonly (string | undefined)[] {
  const { scalarNanoseconds, arrayNanoseconds, gates, luts } = cost;
  return [
    scalarNanoseconds === undefined ? undefined : `${scalarNanoseconds.toFixed(1)} ns one at a time`,
    arrayNanoseconds === undefined ? undefined : `${arrayNanoseconds.toFixed(1)} ns by arrays`,
    gates === undefined
      ? undefined
      : `${count(gates, 'gate')} with ${count(cost.flipFlops ?? 0, 'flip-flop')} and a path of ${cost.path}`,
    luts === undefined
      ? undefined
      : `${count(luts, 'LUT')} and ${count(cost.multipliers ?? 0, 'multiplier')} on an iCE40`,
    cost.unmeasured,
  ];
}
