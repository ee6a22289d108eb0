import { sha256Hex } from '../sha256.js';
import type { KernelPlan } from './plan.js';

/** JSON with sorted keys and no white space: one text per value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${entries.join(',')}}`;
  }
  // −0 is not 0, though JSON.stringify says so.
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

/** sha256 of all that a plan computes and claims; its name and provenance don't count. */
export function planHash(plan: Omit<KernelPlan, 'provenance'>): string {
  const { name: _name, provenance: _provenance, ...meaning } = plan as KernelPlan;
  return sha256Hex(canonicalJson(meaning));
}

/** As many digits of a hash as tell a plan from another, for people: `0f86c2db…`. */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 8)}…`;
}

/** Freezes a value and all that it holds. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
