import { canonicalJson } from '../plan/canonical.js';
import type { KernelPlan } from '../plan/plan.js';
import { sha256Hex } from '../sha256.js';
import type { Certificate } from '../verify/certificate.js';
import { jsonText } from './json-text.js';
import type { Target } from './target.js';

/** A plan file: the plan, and the certificate of its proof. */
export interface PlanFile {
  readonly plan: KernelPlan;
  readonly certificate: Certificate;
  /** SHA-256 of all else in the file, names and provenance too, so that a file that was edited is noticed. */
  readonly digest?: string;
}

/** The digest that a plan file should have. */
export function fileDigest({ digest: _digest, ...content }: PlanFile): string {
  return sha256Hex(canonicalJson(content));
}

/** The plan itself as a published artifact. */
export const planTarget: Target = Object.freeze({
  name: 'plan',
  about: 'the plan and its certificate as JSON; what approxgen eval and every other target start from',
  maturity: 'stable',
  needs: 'nothing',
  paths: (name: string) => [`plan/${name}.json`],
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const file: PlanFile = { plan, certificate, digest: fileDigest({ plan, certificate }) };
    return [{ path: `plan/${plan.name}.json`, text: jsonText(file) }];
  },
});
