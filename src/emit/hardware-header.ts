import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { asciiText } from './comment.js';
import { headerLines, labelled } from './header.js';

/** Register stages of a design, none for 0, and whether they were chosen rather than asked for. */
export interface Stages {
  readonly latency: number;
  readonly chosen: boolean;
}

/** The text that a design begins with: what every file says, and what its ports mean. */
export function hardwareHeader(
  plan: KernelPlan,
  certificate: Certificate,
  stages: Stages,
): readonly string[] {
  const { latency } = stages;
  const option = `--pipeline ${latency}${stages.chosen ? CHOSEN : ''}`;
  const timing =
    latency === 0
      ? `${option}, combinational: out_raw and out_valid follow in_raw and in_valid`
      : `${option}: a result ${latency} ${latency === 1 ? 'cycle' : 'cycles'} after its input, a new input every cycle`;
  return headerLines(plan, certificate, [
    labelled('Latency', timing),
    labelled('Ports', latency === 0 ? PORTS : CLOCKED),
  ]).map(asciiText);
}

const PORTS = 'in_raw is read where in_valid is 1; out_raw is a result where out_valid is';
const CLOCKED = `${PORTS.replace('in_valid is', 'in_valid and en are')}; rst is synchronous`;

const CHOSEN = ', chosen';

/** The stages that a design's header states; undefined where the text has no such header. */
export function statedStages(text: string): Stages | undefined {
  const found = new RegExp(`Latency +--pipeline (\\d+)(${CHOSEN})?`).exec(text);
  return found ? { latency: Number(found[1]), chosen: found[2] !== undefined } : undefined;
}
