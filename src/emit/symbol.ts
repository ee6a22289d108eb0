import type { KernelPlan } from '../plan/plan.js';

/** A name of the catalogue, or of a derivative. */
const NAME = /^(?:d )*[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/;

/** Looks like a name, and is a difference of what expressions have: `x-1`, `x-e`. */
const DIFFERENCE = /^(?:x|e|pi)(?:-(?:x|e|pi|\d+))*$/;

/** Whether a text names a function of the catalogue, or a derivative: anything else is an expression in x. */
export const isFunctionName = (text: string): boolean => NAME.test(text) && !DIFFERENCE.test(text);

/**
 * What the printed function is called: `tanh`, `hardSigmoid`, `dTanh`; `f` for an expression, the file's name
 * for a module.
 */
export function functionSymbol({ function: text }: Pick<KernelPlan, 'function'>): string {
  const name = /^module:(?:.*[\\/])?([A-Za-z][A-Za-z0-9_-]*)\.\w+$/.exec(text)?.[1] ?? text;
  if (!isFunctionName(name.replaceAll('_', '-'))) return 'f';
  return name
    .split(/[ _-]+/)
    .map((word, i) => (i === 0 ? word : word[0].toUpperCase() + word.slice(1)))
    .join('');
}

/** The same in the languages that write `hard_sigmoid` and `d_tanh`. */
export function snakeSymbol(plan: Pick<KernelPlan, 'function'>): string {
  return functionSymbol(plan)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase();
}

/** The function for people: `tanh(x)`, `d tanh(x)`, the expression itself. */
export function functionText({ function: text }: Pick<KernelPlan, 'function'>): string {
  return isFunctionName(text) ? `${text}(x)` : text;
}
