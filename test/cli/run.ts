import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COMPILED } from './compile.js';
import { run, type Ran } from '../support/processes.js';
import type { Diagnostic } from '../../src/diagnostic.js';
import type { KernelReport } from '../../src/report/kernel-report.js';

export { ROOT } from './compile.js';
export type Outcome = Ran;

/** A folder of its own for one test, with the command run inside it. */
export interface Workplace {
  readonly folder: string;
  readonly run: (args: readonly string[], input?: string | Uint8Array) => Promise<Outcome>;
  /** A line as a shell takes it, in which `approxgen` is the command. */
  readonly shell: (line: string, shell?: string) => Promise<Outcome>;
  readonly write: (path: string, content: string | object) => string;
  readonly read: (path: string) => string;
  /** Every file below the folder with its content, by path. */
  readonly listing: () => Readonly<Record<string, string>>;
  readonly remove: () => void;
}

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-cli-'));
  return {
    folder,
    run: (args, input = '') => approxgen(args, folder, input),
    shell: (line, shell = 'bash') => run(shell, ['-c', line], { cwd: folder, env: shellEnvironment() }),
    write: (path, content) => {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
      return full;
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    listing: () => {
      const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
      const files = paths.filter((path) => statSync(join(folder, path)).isFile());
      return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a test body in a workplace that is removed afterwards. */
export async function inWorkplace(body: (place: Workplace) => Promise<void>): Promise<void> {
  const place = workplace();
  try {
    await body(place);
  } finally {
    place.remove();
  }
}

const MAIN = join(COMPILED, 'src', 'cli', 'main.js');

/** The command as a user runs it. */
export function approxgen(
  args: readonly string[],
  cwd: string,
  input: string | Uint8Array = '',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Outcome> {
  return run(process.execPath, [MAIN, ...args], { cwd, input, env });
}

/** An environment in which a shell finds `approxgen`. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const folder = join(COMPILED, 'bin');
  const file = join(folder, 'approxgen');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`, { mode: 0o755 });
  }
  return { ...process.env, PATH: `${folder}:${process.env.PATH}` };
}

/** The document that `--json` prints. */
export interface JsonDocument {
  readonly kernels: readonly KernelReport[];
  readonly diagnostics: readonly Diagnostic[];
}

export function documentOf({ stdout }: Outcome): JsonDocument {
  return JSON.parse(stdout.toString()) as JsonDocument;
}
