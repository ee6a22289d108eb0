import { Command, InvalidArgumentError, Option } from 'commander';
import { SIDE } from '../data/split.js';
import { usageError } from '../diagnostic.js';
import { defaultBackend } from './backends.js';
import { KERNEL_SETS, type KernelSet } from './kernels.js';

export const BACKENDS = ['wasm', 'js', 'float'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** One row of the image is the input of one time step. */
export const FEATURES = SIDE;
export const TIME_STEPS = SIDE;
export const CLASSES = 10;

export interface TrainOptions {
  readonly data?: string;
  readonly epochs: number;
  readonly hidden: number;
  readonly rankW: number;
  readonly rankU: number;
  readonly batch: number;
  readonly seed: number;
  readonly backend: BackendName;
  readonly threads?: number;
  readonly kernels: KernelSet;
  readonly init?: string;
  readonly learningRate: number;
  readonly decay: number;
  readonly forgetBias: number;
  readonly adamEpsilon?: number;
  readonly outdir: string;
  readonly histogram?: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** The command line of `npm run train`. */
export function createProgram(write: {
  out: (text: string) => void;
  error: (text: string) => void;
}): Command {
  return new Command('npm run train --')
    .description('Train an LSTM on handwritten digits, in fixed-point on the generated kernels.')
    .option('--data <source>', 'a directory with USPS, drawn or drawn:<seed> (default: data/, or else drawn)')
    .option('--epochs <count>', 'passes over the training samples', integer(1, 1_000_000), 300)
    .option('--hidden <size>', 'hidden units', integer(1, 1024), 10)
    .option('--rank-w <rank>', 'rank of the input weights; 0 for full matrices', integer(0, 1024), 4)
    .option('--rank-u <rank>', 'rank of the recurrent weights; 0 for full matrices', integer(0, 1024), 0)
    .option('--batch <size>', 'samples per update', integer(1, 65_536), 128)
    .option(
      '--seed <number>',
      'for the initial parameters and the order of samples',
      integer(0, 2 ** 32 - 1),
      1,
    )
    .addOption(
      new Option(
        '--backend <name>',
        'wasm and js: Q8.24, exact, the same numbers; float: double precision, to compare with',
      )
        .choices(BACKENDS)
        .default(defaultBackend()),
    )
    .option(
      '--threads <count>',
      'threads of the wasm backend; the numbers do not depend on it (default: the cores, at most what helps)',
      integer(1, 64),
    )
    .addOption(
      new Option('--kernels <set>', 'which generated kernels to train on')
        .choices(KERNEL_SETS)
        .default('default'),
    )
    .option('--init <file.npz>', 'start from these parameters instead of random ones')
    .option('--learning-rate <rate>', "Adam's step size", real(1), 0.015)
    .option(
      '--decay <share>',
      'share of the epochs, at the end, over which the learning rate falls to zero',
      share,
      0.8,
    )
    .option('--forget-bias <mean>', 'mean of the initial biases of the forget gate', bias, 1)
    .option('--adam-epsilon <value>', 'added inside the root (default: 2^-24; float: 2^-14)', real(100))
    .option('--outdir <directory>', 'where <time>.npz and <time>.csv go', 'models')
    .option(
      '--histogram <directory>',
      'count what the kernels are given in training, a file for each, as approxgen --measure data:<file> reads it; slower',
    )
    .option('--quiet', 'print nothing but errors')
    .option('--json', 'print one JSON document at the end')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.error });
}

/**
 * What single options cannot know.
 *
 * @throws ApproxgenError (status 2)
 */
export function checkOptions(program: Command): TrainOptions {
  const options = program.opts<TrainOptions>();
  checkRank('--rank-w', options.rankW, Math.min(options.hidden, FEATURES), `${options.hidden}×${FEATURES}`);
  checkRank('--rank-u', options.rankU, options.hidden, `${options.hidden}×${options.hidden}`);
  if (options.backend === 'float' && program.getOptionValueSource('kernels') !== 'default') {
    throw usageError(
      'option-conflict',
      'the float backend computes with Math and uses no kernels',
      'leave --kernels out, or train with --backend wasm or js',
      '--kernels',
    );
  }
  if (options.backend === 'float' && options.histogram !== undefined) {
    throw usageError(
      'option-conflict',
      'the float backend computes with Math and uses no kernels whose inputs could be counted',
      'leave --histogram out, or train with --backend wasm or js',
      '--histogram',
    );
  }
  if (options.backend !== 'wasm' && options.threads !== undefined && options.threads > 1) {
    throw usageError(
      'option-conflict',
      `the ${options.backend} backend runs on one thread, not on ${options.threads}`,
      'leave --threads out, or train with --backend wasm',
      '--threads',
    );
  }
  if (options.backend !== 'float') {
    checkStored('--learning-rate', options.learningRate);
    if (options.adamEpsilon !== undefined) checkStored('--adam-epsilon', options.adamEpsilon);
  }
  return options;
}

function checkRank(option: string, rank: number, most: number, shape: string): void {
  if (rank <= most) return;
  throw usageError(
    'rank-too-large',
    `a rank of ${rank} is more than a matrix of ${shape} can have; expected 0 to ${most}`,
    `0 gives full matrices; ranks below ${most} save parameters`,
    option,
  );
}

/** Smaller numbers would be stored as zero. */
function checkStored(option: string, value: number): void {
  if (value >= 2 ** -24) return;
  throw usageError(
    'value-too-small',
    `${value} is less than 2^-24, the smallest number that Q8.24 holds`,
    'try 0.01 for the learning rate, or train with --backend float',
    option,
  );
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

function share(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

function bias(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(Math.abs(value) <= 100)) throw new InvalidArgumentError('Expected a number from -100 to 100.');
  return value;
}

function real(max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value > 0 && value <= max)) {
      throw new InvalidArgumentError(`Expected a number above 0, up to ${max}.`);
    }
    return value;
  };
}
