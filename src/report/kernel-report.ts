import { formatName } from '../fixedpoint/format.js';
import type { Integer } from '../fixedpoint/integer.js';
import type { ProvenPlan } from '../verify/plan-file.js';
import type { NamedCost } from '../emit/targets.js';
import { costText } from '../emit/target-cost.js';
import { shortHash } from '../plan/canonical.js';
import { planCost } from '../plan/cost.js';
import { planLowerBound } from '../plan/lower-bound.js';
import { methodOf, type ProofMethod } from '../verify/certificate.js';
import { claimOf, claimText, percentText } from '../verify/claim.js';

/** How many segments more a monotone kernel takes; unknown where finding out would take long. */
export type MonotoneCost = number | 'unknown';

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
  /** The fewest segments of any piecewise polynomial of this order; null where that is not known. */
  readonly lowerBound: number | null;
  /** Why it is not known. */
  readonly lowerBoundUnknown?: string;
  /** What is claimed, in a line: target, where it holds, what the rest errs, what saturates, what has no value. */
  readonly claim: string;
  /** The inputs for which the target is claimed, in per cent of the format's. */
  readonly claimedPercent: number;
  /** Whether those are all at which the function has a value that the output can hold. */
  readonly complete: boolean;
  /** What the other inputs with a value err at most, where that is more than the claimed ones do. */
  readonly restMaxUlp: number | null;
  /** Inputs of the format at which the function has a value that the output can't hold; null where that is not known. */
  readonly saturated: Integer | null;
  /** Inputs of the format at which it has no value. */
  readonly undefinedInputs: Integer;
  /**
   * Inputs whose output goes against the function from the one before, where the function is known to rise or to fall;
   * null where not every input was run.
   */
  readonly against: number | null;
  /** Segments more that `monotone` takes, where outputs go against the function and that was found out. */
  readonly monotoneCost?: number;
  /** Whether every input was run, or bounds hold for all and some were run. */
  readonly method: ProofMethod;
  readonly maxUlp: number;
  /** The greatest error that was seen, where not every input was run. */
  readonly seenUlp?: number;
  readonly worstInput: Integer | null;
  readonly inputsChecked: number;
  /** Of these, the inputs of the range and the tails, for which the target is claimed. */
  readonly inputsClaimed: number;
  /** Of these, those whose value the output can't hold: not among the next three. Null where that is not known. */
  readonly saturatedClaimed: number | null;
  readonly meanUlp: number;
  readonly correctlyRounded: number;
  /** Of the claimed inputs that were run and whose value the output can hold; null where there are none. */
  readonly correctlyRoundedPercent: number | null;
  readonly faithful: number;
  /** Over every input of the format on which the function is defined. */
  readonly formatMaxUlp: number;
  readonly formatWorstInput: Integer | null;
  readonly crc32: string;
  readonly planHash: string;
  readonly notes: readonly string[];
  /** Whether the proof was run now, or an earlier one of the same plan was found. */
  readonly proof: 'run' | 'kept';
  readonly files: readonly string[];
  /** What the kernel takes in each target that it was printed for. */
  readonly targets: readonly NamedCost[];
  /** The kernel that had this name before, where its plan was another. */
  readonly replaced?: ReplacedKernel;
  /** Designs that were there in another number of register stages. */
  readonly replacedDesigns: readonly { readonly file: string; readonly stages: number }[];
  /** Targets that were not asked for, and printed anew since they had printed what was replaced. */
  readonly reprinted: readonly string[];
  /** Targets whose files were removed, since they told of what was replaced and can't print this kernel. */
  readonly removed: readonly {
    readonly target: string;
    readonly reason: string;
    readonly files: readonly string[];
  }[];
}

/** A kernel that is no more, and how it was made. */
interface ReplacedKernel {
  readonly planHash: string;
  readonly command: string;
}

/** What there is to report of a kernel. */
export interface Reported {
  readonly kernel: ProvenPlan;
  readonly proof: 'run' | 'kept';
  readonly costs?: readonly NamedCost[];
  readonly replaced?: ReplacedKernel;
  readonly designs?: KernelReport['replacedDesigns'];
  readonly reprinted?: readonly string[];
  readonly unprintable?: KernelReport['removed'];
  /** What it would take to be monotone, where that is to be said. */
  readonly monotone?: MonotoneCost;
}

export function kernelReport(
  {
    kernel: { plan, certificate },
    proof,
    costs = [],
    replaced,
    designs = [],
    reprinted = [],
    unprintable = [],
    monotone,
  }: Reported,
  files: readonly string[],
): KernelReport {
  const unit = 2 ** -plan.input.fracBits;
  const bound = planLowerBound(plan);
  const claim = claimOf(plan, certificate);
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
    lowerBound: bound.segments,
    ...('reason' in bound ? { lowerBoundUnknown: bound.reason } : {}),
    claim: claimText(plan, certificate, monotone === undefined ? undefined : monotoneText(monotone)),
    claimedPercent: claim.percent,
    complete: claim.complete,
    restMaxUlp: claim.restMaxUlp,
    saturated: claim.saturated,
    undefinedInputs: claim.undefined,
    against: certificate.monotone?.against ?? null,
    ...(typeof monotone === 'number' ? { monotoneCost: monotone } : {}),
    method: methodOf(certificate),
    maxUlp: certificate.claim.maxUlp,
    ...(certificate.claim.seenUlp === undefined ? {} : { seenUlp: certificate.claim.seenUlp }),
    worstInput: certificate.claim.worstInput,
    inputsChecked: certificate.inputsChecked,
    inputsClaimed: certificate.claim.inputs,
    saturatedClaimed: certificate.claim.saturated,
    meanUlp: certificate.claim.meanUlp,
    correctlyRounded: certificate.claim.correctlyRounded,
    correctlyRoundedPercent: claim.correctlyRoundedPercent,
    faithful: certificate.claim.faithful,
    formatMaxUlp: certificate.format.maxUlp,
    formatWorstInput: certificate.format.worstInput,
    crc32: certificate.crc32,
    planHash: certificate.planHash,
    notes: plan.provenance.notes,
    proof,
    files,
    targets: costs,
    ...(replaced ? { replaced } : {}),
    replacedDesigns: designs,
    reprinted,
    removed: unprintable,
  };
}

/** The same for people. */
export function renderKernel(report: KernelReport): string {
  const lines = [
    `${report.name}: ${report.function}, ${report.input} → ${report.output}, order ${report.order}`,
    `  ${report.claim}`,
    `  ${report.segments} ${report.segments === 1 ? 'segment' : 'segments'} (${report.segmentation})${boundText(report)}`,
    `  ${report.guardBits} guard ${report.guardBits === 1 ? 'bit' : 'bits'}, ${report.tableBytes} bytes of tables`,
    `  error there ≤ ${report.maxUlp} ulp${report.method === 'enclosure' ? '' : `${worstText(report)}; ${roundedText(report)}`}`,
    ...report.targets.map((cost) => `  ${cost.target}: ${costText(cost)}`),
    ...report.notes.map((note) => `  ${note}`),
    ...proofLines(report),
    ...replacedLines(report),
    ...report.files.map((file) => `  ${file}`),
  ];
  return lines.join('\n');
}

function worstText({ worstInput }: KernelReport): string {
  return worstInput === null ? '' : `, worst at raw ${worstInput}`;
}

function roundedText({ correctlyRoundedPercent }: KernelReport): string {
  if (correctlyRoundedPercent === null) return 'none of them has a value that the output holds';
  return `${percentText(correctlyRoundedPercent)} correctly rounded`;
}

function proofLines(report: KernelReport): readonly string[] {
  const proven = report.proof === 'run' ? 'proven' : 'proven earlier, plan unchanged';
  if (report.method === 'exhaustive') {
    return [`  ${proven}: all ${report.inputsChecked} inputs were run, CRC-32 ${report.crc32}`];
  }
  return [
    `  ${proven} by bounds that hold for every input of the claim`,
    `  ${report.inputsChecked} inputs were run: error ≤ ${report.seenUlp} ulp${worstText(report)}; ${roundedText(report)}; CRC-32 ${report.crc32}`,
  ];
}

function replacedLines(report: KernelReport): readonly string[] {
  const { name, replaced, replacedDesigns, reprinted, removed } = report;
  return [
    ...(replaced
      ? [`  replaced ${name} (plan ${shortHash(replaced.planHash)}), which was made by ${replaced.command}`]
      : []),
    ...replacedDesigns.map(
      ({ file, stages }) =>
        `  replaced ${file}, ${stages === 0 ? 'a combinational design' : `a design in ${stages} register stage${stages === 1 ? '' : 's'}`}`,
    ),
    ...(reprinted.length > 0 ? [`  printed before, and now of this plan: ${reprinted.join(', ')}`] : []),
    ...removed.map(
      ({ target, reason, files }) =>
        `  removed ${files.join(', ')}: ${target} can't print this plan: ${reason}`,
    ),
  ];
}

function monotoneText(cost: MonotoneCost): string {
  if (cost === 'unknown') return '--monotone asks for it';
  if (cost <= 0) return '--monotone costs no segment';
  return `--monotone costs ${cost} ${cost === 1 ? 'segment' : 'segments'}`;
}

function boundText({ lowerBound, lowerBoundUnknown, order }: KernelReport): string {
  if (lowerBound === null) return `; no lower bound is known: ${lowerBoundUnknown}`;
  const needed = lowerBound === 1 ? 'one' : `at least ${lowerBound}`;
  return `; a piecewise polynomial of order ${order} that leaves ½ ulp to rounding needs ${needed}`;
}
