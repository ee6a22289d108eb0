import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BACKENDS } from '../src/train/options.js';
import { scratchFolder } from './native/compile.js';
import type { Progress } from './progress.js';
import type { Table } from './table.js';

export interface MemoryFigure {
  readonly backend: string;
  /** 10^6 bytes: the most that the process had in memory at once. */
  readonly megabytes: number;
}

const MAIN = fileURLToPath(new URL('../src/train/main.ts', import.meta.url));
const EPOCHS = 2;

/**
 * Loaded before the trainer: leaves the greatest resident set, in kilobytes, when the process ends. On Linux
 * `maxRSS` counts what the parent had when it forked; `VmHWM` is the process's own.
 */
const WATCH = `import { readFileSync, writeFileSync } from 'node:fs';
function peak() {
  try {
    return Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
process.on('exit', () => writeFileSync(process.env.APPROXGEN_BENCH_RSS, String(peak())));
`;

/**
 * What a process of `npm run train` takes up, with each backend that it offers.
 *
 * @param source as `--data`; drawn digits are as many as those of USPS
 */
export async function benchMemory(
  source: string | undefined,
  progress: Progress,
): Promise<readonly MemoryFigure[]> {
  const folder = await scratchFolder();
  try {
    const watch = join(folder.path, 'watch.mjs');
    await writeFile(watch, WATCH);
    const figures: MemoryFigure[] = [];
    for (const backend of BACKENDS) {
      progress(`memory: ${backend}`);
      const outdir = join(folder.path, backend);
      await mkdir(outdir);
      const rss = join(outdir, 'rss');
      const data = source === undefined ? [] : ['--data', source];
      const loaders = ['--import', 'tsx', '--import', pathToFileURL(watch).href];
      const options = [
        '--epochs',
        String(EPOCHS),
        '--backend',
        backend,
        '--outdir',
        outdir,
        '--quiet',
        ...data,
      ];
      await runNode([...loaders, MAIN, ...options], { APPROXGEN_BENCH_RSS: rss });
      figures.push({ backend, megabytes: (Number(await readFile(rss, 'utf8')) * 1024) / 1e6 });
    }
    return figures;
  } finally {
    await folder.remove();
  }
}

async function runNode(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`npm run train ended with ${String(status)}: ${errors.trim()}`);
}

export function memoryTable(figures: readonly MemoryFigure[]): Table {
  return {
    title: 'Memory: the most that npm run train had resident',
    notes: [
      `${EPOCHS} epochs of 7291 samples and their tests, in a process of its own, the TypeScript loader included.`,
    ],
    columns: ['backend', 'MB'],
    rows: figures.map(({ backend, megabytes }) => [backend, megabytes]),
  };
}
