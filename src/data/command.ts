import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ApproxgenError, renderDiagnostic, usageError } from '../diagnostic.js';
import { contactSheet } from './contact-sheet.js';
import { DEFAULT_DIRECTORY, loadDataset } from './dataset.js';
import { createDownloadProgress } from './progress.js';
import { obtainUspsFile, prepareDirectory, USPS_PUBLICATIONS, writeWhole } from './usps-files.js';
import type { UspsForm } from './usps.js';

const DEFAULT_TIMEOUT = 30;

/** Where the command writes: results and, apart from them, progress and errors. */
export interface DataCommandOutput {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** For progress, which appears only where this is a terminal. */
  readonly terminal: NodeJS.WriteStream;
}

interface DataOptions {
  readonly form: UspsForm['name'];
  readonly outdir: string;
  readonly mirror?: string;
  readonly timeout: number;
  readonly show?: string | true;
  readonly data?: string;
  readonly quiet?: true;
}

/**
 * `npm run data`: fetches USPS, or shows what would be loaded.
 *
 * @param args without the program's name
 * @returns the exit status: 0 done, 1 could not be fetched or has another checksum, 2 wrong usage
 */
export async function runDataCommand(args: readonly string[], output: DataCommandOutput): Promise<0 | 1 | 2> {
  const program = createProgram(output);
  try {
    program.parse(args, { from: 'user' });
    const options = program.opts<DataOptions>();
    if (options.show === undefined && options.data !== undefined) {
      throw usageError(
        'data-option',
        '--data only means something together with --show',
        'add --show',
        '--data',
      );
    }
    await (options.show === undefined
      ? fetchForm(options, output)
      : showSamples(options, options.show, output));
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ApproxgenError)) throw error;
    output.error(renderDiagnostic(error.diagnostic));
    return error.exitStatus;
  }
}

function createProgram(output: DataCommandOutput): Command {
  return new Command('npm run data --')
    .description(
      'Fetch the USPS handwritten digits into data/, or show a sheet of the digits that would be loaded.',
    )
    .addOption(
      new Option('--form <form>', 'which of the two public forms to fetch')
        .choices(['esl', 'libsvm'])
        .default('esl'),
    )
    .option('--outdir <directory>', 'where to put the files', DEFAULT_DIRECTORY)
    .option('--mirror <url>', 'fetch from this directory instead of the publisher', parseMirror)
    .option('--timeout <seconds>', 'give up when nothing comes for so long', parseSeconds, DEFAULT_TIMEOUT)
    .option('--show [file]', 'fetch nothing; write a PNG of samples (default: contact-sheet.png in --outdir)')
    .option('--data <source>', 'with --show: a directory, drawn or drawn:<seed> (default: as in training)')
    .option('--quiet', 'print nothing but errors')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
    });
}

async function fetchForm(options: DataOptions, output: DataCommandOutput): Promise<void> {
  const publication = USPS_PUBLICATIONS[options.form];
  const baseUrl = options.mirror ?? publication.baseUrl;
  await prepareDirectory(options.outdir);
  for (const file of publication.files) {
    const progress = options.quiet ? undefined : createDownloadProgress(file.name, output.terminal);
    try {
      const { path, state, bytes, sha256 } = await obtainUspsFile(file, baseUrl, options.outdir, {
        timeoutMs: options.timeout * 1000,
        ...(progress === undefined ? {} : { onProgress: progress.update }),
      });
      progress?.stop();
      if (!options.quiet) {
        output.out(`${path}: ${state}, ${bytes} bytes, ${file.algorithm} as expected, sha256 ${sha256}`);
      }
    } finally {
      progress?.stop();
    }
  }
}

async function showSamples(
  options: DataOptions,
  show: string | true,
  output: DataCommandOutput,
): Promise<void> {
  const dataset = await loadDataset(options.data, options.outdir);
  if (show === true) await prepareDirectory(options.outdir);
  const path = show === true ? join(options.outdir, 'contact-sheet.png') : show;
  await writeWhole(path, contactSheet(dataset.train));
  if (options.quiet) return;
  output.out(`${dataset.name}: ${dataset.train.count} training and ${dataset.test.count} test samples`);
  if (dataset.note !== undefined) output.out(`note: ${dataset.note}`);
  output.out(`${path}: the first training samples of each digit, 0 in the top row to 9 in the bottom row`);
}

function parseMirror(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('Expected an http or https address, such as https://example.org/usps/.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new InvalidArgumentError('Expected a number of seconds from above 0 to 3600.');
  }
  return seconds;
}
