import { usageError } from '../diagnostic.js';
import { MODULE, prepareFunction } from '../function/catalogue.js';
import { KERNEL_OPTIONS } from './options.js';
import { pathOf, relocatedError, type Place } from './place.js';

/** The ways to say what is approximated; one of them is given. */
export interface FunctionChoice {
  /** A name of the catalogue, or the derivative of one: `tanh`, `d tanh`. */
  readonly function?: string | undefined;
  /** An expression in x. */
  readonly expr?: string | undefined;
  /** The path of a module with a reference of its own. */
  readonly module?: string | undefined;
}

const WAYS = ['function', 'expr', 'module'] as const;

/**
 * The text that means the chosen function in a spec, made ready to be found.
 *
 * @param trust refuses a module that is not to be run
 * @throws usage error where none is given, more than one, or one that can't be read
 */
export async function chooseFunction(
  choice: FunctionChoice,
  place: Place,
  trust?: (module: string, path: string) => void,
): Promise<string> {
  const at = (way: (typeof WAYS)[number]) => pathOf(place, rowOf(way));
  const ways = WAYS.filter((way) => choice[way] !== undefined);
  if (ways.length === 0) {
    const message = 'no function is given; expected --fn, --expr or --module';
    const hint = `try ${place.source === 'flag' ? 'approxgen --fn tanh, or approxgen --help' : '--fn=tanh'}`;
    throw relocatedError(usageError('no-function', message, hint, '--fn'), place);
  }
  if (ways.length > 1) {
    throw usageError(
      'two-functions',
      `${ways.map(at).join(' and ')} are both given; expected one of them`,
      undefined,
      at(ways[1]),
    );
  }
  const [way] = ways;
  const given = choice[way] ?? '';
  const text = (way === 'module' ? `${MODULE}${given}` : given).trim();
  if (text.startsWith(MODULE)) trust?.(text.slice(MODULE.length), at(way));
  try {
    const { name } = await prepareFunction(text, `--${rowOf(way).flag}`);
    return name;
  } catch (error) {
    throw relocatedError(error, place);
  }
}

function rowOf(way: (typeof WAYS)[number]): { readonly key: string; readonly flag: string } {
  return KERNEL_OPTIONS.find(({ key }) => key === way) ?? { key: way, flag: way };
}
