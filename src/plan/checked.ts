import { show, usageError } from '../diagnostic.js';
import { planHash as hashOf } from './canonical.js';
import { checkRawInput } from './inputs.js';
import { interpret as interpreted } from './interpret.js';
import type { KernelPlan } from './plan.js';
import { checkWellFormed } from './wellformed.js';

/** Plans that were found well-formed: a caller may run one a million times. */
const known = new WeakSet<object>();

/**
 * Checks what a caller gives as a plan.
 *
 * @throws usage error that says what it lacks
 */
export function checkPlan(value: unknown, path = 'plan'): KernelPlan {
  if (typeof value !== 'object' || value === null || !('segments' in value) || !('reduce' in value)) {
    const what = `${show(value)} is not a plan`;
    throw usageError('malformed-plan', what, 'synthesize gives one, and so does "plan" of a plan file', path);
  }
  const plan = value as KernelPlan;
  if (!known.has(plan)) {
    for (const key of ['name', 'function'] as const) {
      if (typeof plan[key] === 'string') continue;
      throw usageError(
        'malformed-plan',
        `its ${key} is ${show(plan[key])}; expected a text`,
        undefined,
        path,
      );
    }
    checkWellFormed(plan, path);
    known.add(plan);
  }
  return plan;
}

/**
 * The raw output of a kernel for a raw input: what a plan means, whatever it is printed as.
 *
 * @param input an integer of the plan's input format; its value is input · 2^-n
 * @throws usage error for a value that is no plan or no such integer, RangeError where the result overflows and the
 *   plan's mode is `error`
 */
export function interpret(plan: KernelPlan, input: bigint | number): bigint {
  checkPlan(plan);
  if (typeof input !== 'bigint' && !Number.isSafeInteger(input)) {
    throw usageError(
      'bad-input',
      `${show(input)} is not a raw integer`,
      `such as ${1n << BigInt(plan.input.fracBits)}n for 1.0`,
      'input',
    );
  }
  const raw = BigInt(input);
  checkRawInput(plan, raw, 'input');
  return interpreted(plan, raw);
}

/** SHA-256 of all that a plan computes and claims; its name and provenance don't count. @throws usage error for what is no plan */
export function planHash(plan: KernelPlan): string {
  return hashOf(checkPlan(plan));
}
