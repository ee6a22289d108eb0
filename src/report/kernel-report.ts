import { formatName } from '../fixedpoint/format.js';
import type { PlanFile } from '../emit/plan-json.js';
import type { NamedCost } from '../emit/targets.js';
import { costText } from '../emit/target-cost.js';
import { planCost } from '../plan/cost.js';
import { planLowerBound } from '../plan/lower-bound.js';

/** What a user wants to know of a kernel, as data: the element of `--json`. */
export interface KernelReport {
  readonly name: string;
  readonly function: string;
  readonly input: string;
  readonly output: string;
  /** As values. */
  readonly range: readonly [number, number];
  readonly order: number;
  readonly segmentation: string;
  readonly segments: number;
  readonly guardBits: number;
  readonly tableBytes: number;
  /** The fewest segments of any piecewise polynomial of this order; null where the target is relative only. */
  readonly lowerBound: number | null;
  readonly maxUlp: number;
  readonly worstInput: number | null;
  readonly inputsChecked: number;
  /** Of these, the inputs of the range and the tails, for which the target is claimed. */
  readonly inputsClaimed: number;
  readonly meanUlp: number;
  readonly correctlyRounded: number;
  readonly faithful: number;
  /** Over every input of the format on which the function is defined. */
  readonly formatMaxUlp: number;
  readonly formatWorstInput: number | null;
  readonly crc32: string;
  readonly planHash: string;
  readonly notes: readonly string[];
  /** Whether the proof was run now, or an earlier one of the same plan was found. */
  readonly proof: 'run' | 'kept';
  readonly files: readonly string[];
  /** What the kernel takes in each target that it was printed for. */
  readonly targets: readonly NamedCost[];
}

export function kernelReport(
  { plan, certificate }: PlanFile,
  files: readonly string[],
  proof: 'run' | 'kept',
  targets: readonly NamedCost[] = [],
): KernelReport {
  const unit = 2 ** -plan.input.fracBits;
  return {
    name: plan.name,
    function: plan.function,
    input: formatName(plan.input),
    output: formatName(plan.output),
    range: [Number(plan.range.lo) * unit, Number(plan.range.hi) * unit],
    order: plan.steps.length,
    segmentation: plan.select.kind,
    segments: plan.segments.length,
    guardBits: plan.guardBits,
    tableBytes: planCost(plan).tableBytes,
    lowerBound: planLowerBound(plan),
    maxUlp: certificate.claim.maxUlp,
    worstInput: certificate.claim.worstInput,
    inputsChecked: certificate.inputsChecked,
    inputsClaimed: certificate.claim.inputs,
    meanUlp: certificate.claim.meanUlp,
    correctlyRounded: certificate.claim.correctlyRounded,
    faithful: certificate.claim.faithful,
    formatMaxUlp: certificate.format.maxUlp,
    formatWorstInput: certificate.format.worstInput,
    crc32: certificate.crc32,
    planHash: certificate.planHash,
    notes: plan.provenance.notes,
    proof,
    files,
    targets,
  };
}

/** The same for people. */
export function renderKernel(report: KernelReport): string {
  const percent = ((100 * report.correctlyRounded) / Math.max(1, report.inputsClaimed)).toFixed(1);
  const lines = [
    `${report.name}: ${report.function}, ${report.input} → ${report.output}, order ${report.order}`,
    `  ${report.segments} ${report.segments === 1 ? 'segment' : 'segments'} (${report.segmentation})${boundText(report)}`,
    `  ${report.guardBits} guard bits, ${report.tableBytes} bytes of tables`,
    `  error ≤ ${report.maxUlp} ulp on [${report.range.join(', ')}]${report.worstInput === null ? '' : `, worst at raw ${report.worstInput}`}; ${percent}% correctly rounded`,
    ...(report.formatMaxUlp > report.maxUlp
      ? [
          `  over the whole format: error ≤ ${report.formatMaxUlp} ulp, worst at raw ${report.formatWorstInput}`,
        ]
      : []),
    ...report.targets.map((cost) => `  ${cost.target}: ${costText(cost)}`),
    ...report.notes.map((note) => `  ${note}`),
    `  ${report.proof === 'run' ? 'proven' : 'proven earlier, plan unchanged'}: all ${report.inputsChecked} inputs, CRC-32 ${report.crc32}`,
    ...report.files.map((file) => `  ${file}`),
  ];
  return lines.join('\n');
}

function boundText({ lowerBound, order }: KernelReport): string {
  if (lowerBound === null) return '';
  const needed = lowerBound === 1 ? 'one' : `at least ${lowerBound}`;
  return `; a piecewise polynomial of order ${order} that leaves ½ ulp to rounding needs ${needed}`;
}
