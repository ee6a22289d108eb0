import { usageError } from '../diagnostic.js';
import type { KernelPlan } from '../plan/plan.js';
import { functionSymbol } from './symbol.js';

/** What a name must not be in a language. */
export interface NameRules {
  /** The language, as a message names it. */
  readonly language: string;
  /** Words that can't be names, in lower case where the language has no case. */
  readonly words: ReadonlySet<string>;
  readonly ignoresCase?: boolean;
  /** What else a name must not be, each with its reason. */
  readonly patterns?: readonly { readonly pattern: RegExp; readonly reason: string }[];
}

/** Words in a text, as a set. */
export const wordSet = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

function refusal(name: string, { words, ignoresCase = false, patterns = [] }: NameRules): string | undefined {
  if (words.has(ignoresCase ? name.toLowerCase() : name)) return 'it is a keyword';
  return patterns.find(({ pattern }) => pattern.test(name))?.reason;
}

/** @throws usage error where a plan's name can't be that of a kernel */
export function checkKernelName({ name }: KernelPlan, rules: NameRules): void {
  const reason = refusal(name, rules);
  if (reason === undefined) return;
  throw usageError(
    'bad-name',
    `"${name}" can't be the name of a kernel in ${rules.language}: ${reason}`,
    `try --name ${name.replace(/_+/g, '_').replace(/_$/, '')}_kernel`,
    '--name',
  );
}

/**
 * Functions are called as the catalogue or a module's file calls them.
 *
 * @param symbol what the language calls the function
 * @throws usage error where it can't be called so
 */
export function checkFunctionName(
  plan: Pick<KernelPlan, 'function'>,
  rules: NameRules,
  symbol = functionSymbol(plan),
): void {
  const reason = refusal(symbol, rules);
  if (reason === undefined) return;
  throw usageError(
    'bad-name',
    `"${symbol}" can't be the name of a function in ${rules.language}: ${reason}`,
    'give the file of the module another name',
    '--fn',
  );
}
