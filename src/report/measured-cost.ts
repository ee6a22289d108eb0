import { ApproxgenError } from '../diagnostic.js';
import { textOf, type EmitOptions, type EmittedFile } from '../emit/target.js';
import type { MeasuredCost } from '../emit/target-cost.js';
import type { NamedCost } from '../emit/targets.js';
import { verilogTarget } from '../emit/verilog.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { timeTarget } from './timing.js';
import { flipFlops, synthesize } from './yosys.js';

/**
 * Costs with what running kernels on this machine and synthesizing them shows. It differs from machine to machine
 * and from run to run, so it is reported and never written into a generated file.
 *
 * @param files what `emit` gave for the targets
 */
export async function measuredCosts(
  plan: KernelPlan,
  certificate: Certificate,
  costs: readonly NamedCost[],
  files: readonly EmittedFile[],
  options: EmitOptions,
): Promise<readonly NamedCost[]> {
  let design: Promise<MeasuredCost | undefined> | undefined;
  const measured: NamedCost[] = [];
  for (const cost of costs) {
    const { target } = cost;
    const found = HARDWARE.has(target)
      ? await (design ??= orReason(() => synthesized(plan, certificate, options)))
      : await orReason(() => timeTarget(target, plan, certificate, files));
    measured.push(found ? { ...cost, measured: found } : cost);
  }
  return measured;
}

/** Both print the same design. */
const HARDWARE: ReadonlySet<string> = new Set(['verilog', 'vhdl']);

/** What is measured, or why it is not. */
async function orReason(measure: () => Promise<MeasuredCost | undefined>): Promise<MeasuredCost | undefined> {
  try {
    return await measure();
  } catch (error) {
    if (!(error instanceof ApproxgenError)) throw error;
    const { message, hint } = error.diagnostic;
    return { unmeasured: `not measured: ${message.split('\n')[0]} (${hint})` };
  }
}

/** As gates and on a device. Yosys reads Verilog, which stands for VHDL as well. */
async function synthesized(
  plan: KernelPlan,
  certificate: Certificate,
  options: EmitOptions,
): Promise<MeasuredCost> {
  // A name that no language has for itself.
  const named = { ...plan, name: 'kernel' };
  const text = textOf((await verilogTarget.emit(named, certificate, options))[0]);
  const gates = synthesize(text, named.name, 'synth');
  const device = synthesize(text, named.name, 'synth_ice40 -dsp');
  return {
    gates: gates.total,
    flipFlops: flipFlops(gates),
    path: gates.depth,
    luts: device.cells.SB_LUT4 ?? 0,
    multipliers: device.cells.SB_MAC16 ?? 0,
  };
}
