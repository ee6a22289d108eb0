import { formatName } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { headerLines } from './header.js';

/** The text that a design begins with: what every file says, and what its ports mean. */
export function hardwareHeader(
  plan: KernelPlan,
  certificate: Certificate,
  latency: number,
): readonly string[] {
  const timing =
    latency === 0
      ? ['--pipeline 0, combinational: out_raw and out_valid follow in_raw and in_valid']
      : [
          `--pipeline ${latency}: a result ${latency} ${latency === 1 ? 'cycle' : 'cycles'} after its input, a new input every cycle; outputs are registers`,
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
