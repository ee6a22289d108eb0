import { canonicalJson } from '../plan/canonical.js';
import type { KernelPlan } from '../plan/plan.js';
import { sha256Hex } from '../sha256.js';
import type { Certificate } from './certificate.js';

/** A plan, and the certificate of its proof. */
export interface ProvenPlan {
  readonly plan: KernelPlan;
  readonly certificate: Certificate;
}

/** What a plan file holds. */
export interface PlanFile extends ProvenPlan {
  /** SHA-256 of all else in the file, names and provenance too, so that a file that was edited is noticed. */
  readonly digest: string;
}

/** The digest that a plan file should have. */
export function fileDigest({ plan, certificate }: ProvenPlan): string {
  return sha256Hex(canonicalJson({ plan, certificate }));
}
