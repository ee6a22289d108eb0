import { usageError } from '../diagnostic.js';
import { prepareFunction } from '../function/catalogue.js';

/** The ways to say what is approximated; one of them is given. */
export interface FunctionChoice {
  /** A name of the catalogue, or the derivative of one: `tanh`, `d tanh`. */
  readonly name?: string | undefined;
  /** An expression in x. */
  readonly expr?: string | undefined;
  /** The path of a module with a reference of its own. */
  readonly module?: string | undefined;
}

/**
 * The text that means the chosen function in a spec, made ready to be found.
 *
 * @param at the place of each way in messages
 * @throws usage error where none is given, more than one, or one that can't be read
 */
export async function chooseFunction(
  choice: FunctionChoice,
  at: Readonly<Record<keyof FunctionChoice, string>>,
): Promise<string> {
  const given = (['name', 'expr', 'module'] as const).filter((key) => choice[key] !== undefined);
  if (given.length === 0) {
    throw usageError(
      'no-function',
      `no function is given; expected ${at.name}, ${at.expr} or ${at.module}`,
      'try approxgen --fn tanh --range=-8,8, or approxgen --help',
      at.name,
    );
  }
  if (given.length > 1) {
    throw usageError(
      'two-functions',
      `${given.map((key) => at[key]).join(' and ')} are both given; expected one of them`,
      undefined,
      at[given[1]],
    );
  }
  const [key] = given;
  const text = choice[key] ?? '';
  const { name } = await prepareFunction(key === 'module' ? `module:${text}` : text, at[key]);
  return name;
}
