import { usageError } from '../diagnostic.js';
import { checked, type Words } from '../spec/check.js';
import { KERNEL_OPTIONS } from '../spec/options.js';
import { configPlace, type Place } from '../spec/place.js';
import { RUN_OPTIONS } from '../spec/run-options.js';
import { COMMON_OPTIONS, configSchema } from '../spec/schema.js';
import { inMainSpelling, spellings } from '../spec/spelling.js';
import type { KernelSpec } from '../spec.js';
import { specFrom } from './settings.js';
import type { Trust } from './trust.js';

/** A configuration file, with its numbers evaluated. */
export interface Config {
  readonly targets: readonly string[];
  readonly vectors: boolean;
  readonly kernels: readonly { readonly spec: KernelSpec; readonly place: Place }[];
}

/** @throws usage error with the file and the place in it */
export async function parseConfig(text: string, file: string, trust: Trust): Promise<Config> {
  const words = wordsOf(file);
  const config = checked(configSchema, parseJson(text, file), words);
  const top = inMainSpelling(config, TOP, (key) => words.at([key]));
  const { targets = ['ts'] } = top.values as { readonly targets?: readonly string[] };
  const common = inMainSpelling(config.defaults ?? {}, COMMON_OPTIONS, (key) => words.at(['defaults', key]));
  const kernels = config.kernels.map(async (kernel, i) => {
    const path = ['kernels', i];
    const own = inMainSpelling(kernel, KERNEL_OPTIONS, (key) => words.at([...path, key]));
    const inherited = [...common.spelt].filter(([key]) => own.values[key] === undefined);
    const place = configPlace(words.at(path), new Map([...inherited, ...own.spelt]));
    return { spec: await specFrom({ ...common.values, ...own.values }, place, trust), place };
  });
  return { targets, vectors: config.vectors ?? false, kernels: await Promise.all(kernels) };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usageError('malformed-json', `it is not JSON: ${(cause as Error).message}`, undefined, file);
  }
}

/** Options of a whole file. */
const TOP = RUN_OPTIONS.filter(({ key }) => key === 'targets' || key === 'vectors');
const TOP_KEYS = ['targets', 'vectors', 'defaults', 'kernels', 'about', '$schema'];
const kernelKeys = KERNEL_OPTIONS.map(({ key }) => key);

/** What a configuration is called in messages, and what else its parts could be. */
function wordsOf(file: string): Words {
  return {
    at: (path) => {
      const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
      return place === '' ? file : `${file}: ${place.replace(/^\./, '')}`;
    },
    row: (key) => KERNEL_OPTIONS.find((row) => spellings(row).includes(key)),
    expected: (path) => expectedAt(path.map(String)),
    keys: ([first]) =>
      first === undefined
        ? TOP_KEYS
        : first === 'defaults'
          ? COMMON_OPTIONS.map(({ key }) => key)
          : kernelKeys,
    elsewhere: (key, [first]) => placeOf(key, first === undefined),
    number: 'a number, or a text with an expression of one: "3*2^-12"',
  };
}

function expectedAt([first, second]: readonly string[]): string {
  switch (first) {
    case undefined:
      return 'an object with "kernels"';
    case 'targets':
    case 'target':
      return 'a list of targets: ["ts", "c"]';
    case 'vectors':
      return 'true or false';
    case 'defaults':
      return 'an object: { "format": "Q4.12" }';
    case 'kernels':
      return second === undefined
        ? 'a list of kernels: [{ "function": "tanh" }]'
        : 'an object: { "function": "tanh" }';
    default:
      return 'a text';
  }
}

/** Where a key belongs that is none where it stands. */
function placeOf(key: string, isTop: boolean): string | undefined {
  if (isTop && kernelKeys.includes(key as never)) return '"defaults" and the entries of "kernels" take it';
  if (!isTop && TOP_KEYS.includes(key)) return 'it stands beside "kernels", for the whole file';
  if (kernelKeys.includes(key as never)) return 'the entries of "kernels" take it, each for itself';
  const run = RUN_OPTIONS.find((row) => spellings(row).includes(key) && row.commands.includes('build'));
  return run && `it is an option of the command: approxgen build --${run.flag}`;
}
