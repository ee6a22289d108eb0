import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { fileDigest, type PlanFile } from '../verify/plan-file.js';
import { jsonText } from './json-text.js';
import type { Target } from './target.js';

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
