/** Elements that an array function works on at a time. */
const ABREAST = 4;

const DECLARATION = /^(?:const|let) (\w+) = .*;$/;
const ASSIGNMENT = /^\w+ \+?= .*;$/;
const RESULT = /^return (.*);$/;

/**
 * The statements of a scalar function for some elements abreast, from `src[i]` to `dst[i]`: each step for all of them
 * before the next, which leaves a processor more to do while it waits than one call after the other. Undefined where
 * the function does more than declare, assign and return.
 *
 * @param statements what makes a result of `xRaw`
 */
export function abreast(
  statements: readonly string[],
): { readonly count: number; readonly statements: readonly string[] } | undefined {
  const last = statements.at(-1)?.match(RESULT)?.[1];
  const steps = statements.slice(0, -1);
  if (last === undefined || !steps.every((step) => DECLARATION.test(step) || ASSIGNMENT.test(step))) {
    return undefined;
  }
  const locals = ['xRaw', ...steps.flatMap((step) => step.match(DECLARATION)?.[1] ?? [])];
  const anyLocal = new RegExp(`\\b(?:${locals.join('|')})\\b`, 'g');
  /** A text for each element, with variables of its own. */
  const forEach = (text: string): string[] =>
    Array.from({ length: ABREAST }, (_, k) => text.replace(anyLocal, (local) => `${local}${k}`));
  const elements = Array.from({ length: ABREAST }, (_, k) => (k === 0 ? 'i' : `i + ${k}`));
  return {
    count: ABREAST,
    statements: [
      ...elements.map((element, k) => `const xRaw${k} = src[${element}]!;`),
      ...steps.flatMap(forEach),
      ...forEach(last).map((result, k) => `dst[${elements[k]}] = ${result};`),
    ],
  };
}
