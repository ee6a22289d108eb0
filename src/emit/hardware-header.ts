import { formatName } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { headerLines } from './header.js';

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
      ? [`${option}, combinational: out_raw and out_valid follow in_raw and in_valid`]
      : [
          `${option}: a result ${latency} ${latency === 1 ? 'cycle' : 'cycles'} after its input, a new input every cycle; outputs are registers`,
          'rst is synchronous and clears what is valid; in_raw is looked at where in_valid is 1',
        ];
  return [
    ...headerLines(plan, certificate),
    '',
    `Latency    ${timing[0]}`,
    ...timing.slice(1).map((line) => `           ${line}`),
    `Ports      in_raw: raw ${formatName(plan.input)}, out_raw: raw ${formatName(plan.output)}; all vectors as wide as proven`,
  ].map(asciiText);
}

const CHOSEN = ', chosen';

/** The stages that a design's header states; undefined where the text has no such header. */
export function statedStages(text: string): Stages | undefined {
  const found = new RegExp(`Latency +--pipeline (\\d+)(${CHOSEN})?`).exec(text);
  return found ? { latency: Number(found[1]), chosen: found[2] !== undefined } : undefined;
}

const ASCII: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  '→': '->',
  '−': '-',
  '·': '*',
  '×': '*',
  '…': '...',
  '∞': 'inf',
  π: 'pi',
  '½': '1/2',
  '²': '^2',
  '⁻': '^-',
  '’': "'",
  '√': 'sqrt',
};

/** Text for tools that read nothing but ASCII, comments included. */
export function asciiText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => ASCII[character] ?? '?');
}
