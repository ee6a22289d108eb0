import { ApproxgenError } from '../diagnostic.js';
import type { PlanFile } from '../verify/plan-file.js';
import { targetKernel } from '../emit/run-target.js';
import { findFunction } from '../function/catalogue.js';
import { firstWideDifference, seenBeyondTarget } from '../verify/enclosure/counterexample.js';
import { verify } from '../verify/verify.js';
import { differs, failure, judge, type Verdict } from './verdict.js';

/** Proves a plan of formats above 32 bits anew; what was printed of it has to give the same where it is run. */
export async function wideVerdict(path: string, file: PlanFile, target: string): Promise<Verdict> {
  const { plan, certificate } = file;
  const definition = findFunction(plan.function);
  const kernel = target === 'plan' ? undefined : await targetKernel(plan, certificate, target);
  try {
    const difference = kernel && firstWideDifference(plan, kernel);
    if (difference) return differs(path, plan, target, difference);
    const proof = await verify(plan, kernel ? { kernel } : {});
    return judge(path, file, proof, () => seenBeyondTarget(plan, definition, proof.certificate));
  } catch (error) {
    if (!(error instanceof ApproxgenError) || error.exitStatus !== 1) throw error;
    return failure(path, plan.name, error.diagnostic);
  }
}
