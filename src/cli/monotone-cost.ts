import { ApproxgenError } from '../diagnostic.js';
import type { MonotoneCost } from '../report/kernel-report.js';
import type { ResolvedSpec } from '../spec.js';
import { synthesize, type Kernel } from '../synthesize.js';
import { claimOf } from '../verify/claim.js';
import { directionOver } from '../verify/monotone.js';

/** Formats of up to this many bits are proven in milliseconds: there, a monotone kernel is made to see what it takes. */
const QUICK_BITS = 16;
/** The same of searches: one for a shape takes several times as long as one without. */
const QUICK_SEGMENTS = 16;

/**
 * What a kernel that goes against its function somewhere would take to be monotone.
 *
 * @returns undefined where it is, or can't be: where its function turns, or no such kernel of its order is found
 */
export async function monotoneCost(
  spec: ResolvedSpec,
  { plan, certificate }: Kernel,
): Promise<MonotoneCost | undefined> {
  const against = certificate.monotone?.against ?? 0;
  if (against === 0 || !claimOf(plan, certificate).complete) return undefined;
  if (directionOver(spec.definition, plan, plan.range) === undefined) return undefined;
  if (plan.input.bits > QUICK_BITS || plan.segments.length > QUICK_SEGMENTS) return 'unknown';
  const shape = { ...spec.shape, monotone: true } as const;
  try {
    const monotone = await synthesize({ ...spec, order: plan.steps.length, range: plan.range, shape });
    return Math.max(0, monotone.plan.segments.length - plan.segments.length);
  } catch (error) {
    if (error instanceof ApproxgenError) return undefined;
    throw error;
  }
}
