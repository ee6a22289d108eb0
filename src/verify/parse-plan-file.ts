import type { z } from 'zod';
import { usageError } from '../diagnostic.js';
import { digest, ofForm, record } from '../plan/form.js';
import { planForm } from '../plan/schema.js';
import { checkWellFormed } from '../plan/wellformed.js';
import type { PlanFile } from './plan-file.js';
import { certificateForm } from './schema.js';

/** The form of a plan file. */
export const planFileForm: z.ZodType<PlanFile> = record({
  plan: planForm,
  certificate: certificateForm,
  digest,
});

const HINT = 'plans are in generated/plan; approxgen build makes those of configurations again';

/**
 * What a text holds that should be a plan file: of the right form in every field, and a well-formed plan. Whether its
 * digests are right, and the certificate is the plan's, is another question.
 *
 * @throws usage error that names the place in the file
 */
export function parsePlanFile(text: string, file: string): PlanFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw usageError('malformed-plan', `it is not JSON: ${(cause as Error).message}`, HINT, file);
  }
  const planFile = ofForm(planFileForm, parsed, 'malformed-plan', file, HINT);
  checkWellFormed(planFile.plan, file);
  return planFile;
}
