import type { KernelPlan } from '../plan/plan.js';

/** A name of the catalogue, or of a derivative. */
const NAME = /^(?:d )*[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/;

/**
 * What the printed function is called: `tanh`, `hardSigmoid`, `dTanh`; `f` for an expression, the file's name
 * for a module.
 */
export function functionSymbol({ function: text }: Pick<KernelPlan, 'function'>): string {
  const name = /^module:(?:.*[\\/])?([A-Za-z][A-Za-z0-9_-]*)\.\w+$/.exec(text)?.[1] ?? text;
  if (!NAME.test(name.replaceAll('_', '-'))) return 'f';
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
  return NAME.test(text) ? `${text}(x)` : text;
}
