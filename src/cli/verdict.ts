import type { Diagnostic } from '../diagnostic.js';
import { fileDigest, type PlanFile, type ProvenPlan } from '../verify/plan-file.js';
import { findFunction } from '../function/catalogue.js';
import { canonicalJson, planHash, shortHash } from '../plan/canonical.js';
import { fastestLoops } from '../plan/loops.js';
import type { KernelPlan } from '../plan/plan.js';
import { planRunner } from '../plan/run.js';
import { describeTarget } from '../segment/target.js';
import { certificateDigest, type Certificate } from '../verify/certificate.js';
import { claimOf, claimText, percentText } from '../verify/claim.js';
import { firstDifference, type Counterexample } from '../verify/counterexample.js';
import { shardVerifier } from '../verify/shard.js';
import type { FinishedUnit, Proof } from '../verify/verify.js';
import { note, type Output } from './output.js';

/** What is said of one plan. */
export interface Verdict {
  readonly name: string;
  readonly file: string;
  readonly holds: boolean;
  readonly certificate?: Certificate;
  readonly counterexample?: Counterexample;
  readonly diagnostic?: Diagnostic;
  /** What was run, where that is not the plan itself, and by which tool: `compiled by cc …`. */
  readonly ran?: { readonly target: string; readonly tool: string };
  readonly text: string;
}

/** The same verdict, which says that it is on what a target prints. */
export function onTarget(verdict: Verdict, target: string, tool: string): Verdict {
  const { name, text } = verdict;
  return {
    ...verdict,
    ran: { target, tool },
    text: `${name}: as ${target}, ${tool}: ${text.slice(name.length + 2)}`,
  };
}

export function finish(verdicts: readonly Verdict[], output: Output): void {
  const failed = verdicts.filter(({ holds }) => !holds);
  if (output.json) {
    const kernels = verdicts.map(({ text: _text, ...verdict }) => verdict);
    const diagnostics = failed.flatMap(({ diagnostic }) => diagnostic ?? []);
    process.stdout.write(`${JSON.stringify({ kernels, diagnostics }, null, 2)}\n`);
  }
  if (failed.length === 0) return;
  process.exitCode = 1;
  note(output, `${failed.length} of ${verdicts.length} plans do not hold`);
}

/** What needs no run to be refused: a plan, a certificate or anything beside them that was changed. */
export function refuse(path: string, file: PlanFile): Verdict | undefined {
  const { plan, certificate } = file;
  const hash = planHash(plan);
  if (certificate.planHash !== hash) {
    const message = `the plan is not the one that its certificate proves: its hash is ${shortHash(hash)}, not ${shortHash(certificate.planHash)}`;
    return failure(path, plan.name, { code: 'other-plan', message, path });
  }
  if (certificateDigest(certificate) !== certificate.digest) {
    const message = 'the certificate was changed after it was written: its digest differs';
    return failure(path, plan.name, { code: 'edited-certificate', message, path });
  }
  if (fileDigest(file) !== file.digest) {
    const message = 'the file was changed after it was written: its digest differs';
    return failure(path, plan.name, { code: 'edited-file', message, path });
  }
  return undefined;
}

export function failure(path: string, name: string, diagnostic: Diagnostic): Verdict {
  return { name, file: path, holds: false, diagnostic, text: `${name}: REFUSED: ${diagnostic.message}` };
}

/** Compares a proof with the target and with the certificate of the file. */
export function judge(
  path: string,
  { plan, certificate }: ProvenPlan,
  proof: Proof,
  findCounterexample: () => Counterexample | undefined,
): Verdict {
  const base = { name: plan.name, file: path, certificate: proof.certificate };
  if (!proof.met) {
    const counterexample = findCounterexample();
    const { method, claim } = proof.certificate;
    if (!counterexample && proof.broken !== undefined) {
      return {
        ...base,
        holds: false,
        diagnostic: { code: 'shape-not-met', message: proof.broken, path },
        text: `${plan.name}: FAILS: ${proof.broken}`,
      };
    }
    const why = counterexample
      ? `: ${counterText(counterexample)}`
      : method === 'enclosure'
        ? `: the bounds that hold for every input reach ${claim.maxUlp} ulp`
        : '';
    const message = `${describeTarget(plan.target)} is not met${why}`;
    return {
      ...base,
      holds: false,
      ...(counterexample ? { counterexample } : {}),
      diagnostic: { code: 'target-not-met', message, path },
      text: `${plan.name}: FAILS: ${message}`,
    };
  }
  const keys = new Set([...Object.keys(proof.certificate), ...Object.keys(certificate)]);
  const changed = [...keys].filter(
    (key) =>
      key !== 'digest' &&
      canonicalJson(proof.certificate[key as keyof Certificate]) !==
        canonicalJson(certificate[key as keyof Certificate]),
  );
  if (changed.length > 0) {
    const message = `the certificate does not say what running the plan shows: ${changed.join(', ')} ${changed.length === 1 ? 'differs' : 'differ'}`;
    return {
      ...base,
      holds: false,
      diagnostic: { code: 'wrong-certificate', message, path },
      text: `${plan.name}: FAILS: ${message}`,
    };
  }
  return { ...base, holds: true, text: `${plan.name}: ${holdsText(plan, proof.certificate)}` };
}

/** A printed kernel whose outputs are not the plan's. */
export function different(
  path: string,
  plan: KernelPlan,
  target: string,
  run: Parameters<typeof firstDifference>[1],
  units: readonly FinishedUnit[],
): Verdict {
  const own = shardVerifier(plan, findFunction(plan.function), fastestLoops(), planRunner(plan));
  const unit = units
    .toSorted((a, b) => a.first - b.first)
    .find(({ first, last, stats }) => own({ first, last }).crc32 !== stats.crc32);
  return differs(path, plan, target, unit && firstDifference(plan, run, unit.first, unit.last));
}

/** The same with the first input at which it is seen. */
export function differs(
  path: string,
  plan: KernelPlan,
  target: string,
  counterexample: Counterexample | undefined,
): Verdict {
  const message = `the ${target} kernel is not the plan${counterexample ? `: ${counterText(counterexample)}` : ''}`;
  return {
    name: plan.name,
    file: path,
    holds: false,
    ...(counterexample ? { counterexample } : {}),
    diagnostic: { code: 'target-differs', message, path },
    text: `${plan.name}: FAILS: ${message}`,
  };
}

function counterText({ input, expected, got, ulp }: Counterexample): string {
  return `at raw input ${input} expected ${expected}, got ${got}, ${Number(ulp.toPrecision(9))} ulp`;
}

/** What holds, and what running the plan showed. */
function holdsText(plan: KernelPlan, certificate: Certificate): string {
  const { claim, symmetry, outputs, exactPoints, joins, widths } = certificate;
  const { correctlyRoundedPercent } = claimOf(plan, certificate);
  const rounded =
    correctlyRoundedPercent === null ? '' : `, ${percentText(correctlyRoundedPercent)} correctly rounded`;
  return [
    `holds: ${claimText(plan, certificate)}`,
    ...(certificate.method === 'enclosure'
      ? [
          `by bounds, for every input: error ≤ ${claim.maxUlp} ulp`,
          `${certificate.inputsChecked} inputs run: error ≤ ${claim.seenUlp} ulp (mean ${claim.meanUlp})${rounded}`,
        ]
      : [
          `all ${certificate.inputsChecked} inputs run: error ≤ ${claim.maxUlp} ulp (mean ${claim.meanUlp})${rounded}`,
        ]),
    ...(symmetry && symmetry.broken === 0 ? ['symmetric'] : []),
    ...(outputs.bounded === true ? ['bounded'] : []),
    ...(exactPoints.points > 0
      ? [`${exactPoints.points - exactPoints.missed.length}/${exactPoints.points} exact points`]
      : []),
    ...(joins.joins > 0 ? [`joins within ${joins.widestUlp} ulp`] : []),
    `products ≤ ${widths.product} bits`,
    `${certificate.decidedExactly} inputs decided by multiple precision`,
    `CRC-32 ${certificate.crc32}`,
  ].join('; ');
}
