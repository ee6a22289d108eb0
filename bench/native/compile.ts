import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where vector.h and the sources are. */
export const NATIVE = fileURLToPath(new URL('.', import.meta.url));

/** The builds that are compared; the second is what most machines of today can run. */
export const BUILDS = [
  { label: '-march=native', flags: ['-march=native'] },
  { label: 'AVX2', flags: ['-march=native', '-mavx2', '-mno-avx512f'] },
] as const;

/** What a program prints; undefined where it can't be started, or fails. */
export async function runProgram(command: string, args: readonly string[]): Promise<string | undefined> {
  return run(command, args).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
}

export const hasGcc = async (): Promise<boolean> => (await runProgram('gcc', ['--version'])) !== undefined;

/** A folder of the benchmark's own, for what it compiles and hands to other programs. */
export async function scratchFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'approxgen-bench-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Compiles a source of this folder, or of another by its absolute path, with `kernels.h` written beside the program.
 *
 * @returns the program's path
 */
export async function compile(
  folder: string,
  source: string,
  program: string,
  kernelsHeader: string,
  flags: readonly string[],
): Promise<string> {
  await writeFile(join(folder, 'kernels.h'), kernelsHeader);
  const output = join(folder, program);
  const common = [
    '-std=gnu11',
    '-O3',
    '-ffp-contract=off',
    '-Wall',
    '-Wno-psabi',
    '-Werror',
    `-I${folder}`,
    `-I${NATIVE}`,
  ];
  await run('gcc', [...common, ...flags, resolve(NATIVE, source), '-o', output, '-lm']);
  return output;
}
