import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../cli/compile.js';
import { outputOf, runSync } from '../support/processes.js';

const MODULES = join(ROOT, 'node_modules');

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** An empty folder in which the packed package is installed, with its dependencies and nothing else. */
export interface Installation {
  readonly folder: string;
  /** Of approxgen itself. */
  readonly packageFolder: string;
  /** Paths of its files. */
  readonly files: readonly string[];
  readonly write: (path: string, text: string) => string;
  /** Runs Node in the folder. */
  readonly node: (...args: readonly string[]) => {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
  readonly remove: () => void;
}

/**
 * Builds the package beside the sources, packs it, and unpacks it where a user would have it. Dependencies are linked
 * from this project, those that package.json names only, so that nothing is fetched.
 */
export function installPacked(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-package-'));
  const stage = join(folder, 'stage');
  for (const path of ['package.json', 'LICENSE', 'README.md', 'templates', 'approx-configs']) {
    cpSync(join(ROOT, path), join(stage, path), { recursive: true });
  }
  cpSync(join(ROOT, 'dist', 'wasm'), join(stage, 'dist', 'wasm'), { recursive: true });
  const run = (command: string, args: readonly string[], cwd: string): string =>
    outputOf(command, args, { cwd }).toString();
  run(process.execPath, ['esbuild.config.mjs', join(stage, 'dist', 'src')], ROOT);
  const tsc = join(MODULES, 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(stage, 'dist', 'types')], ROOT);
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json'], stage)) as [
    { readonly filename: string },
  ];
  const user = join(folder, 'user');
  const packageFolder = join(user, 'node_modules', 'approxgen');
  mkdirSync(packageFolder, { recursive: true });
  run('tar', ['-xzf', join(stage, filename), '-C', packageFolder, '--strip-components=1'], user);
  for (const name of Object.keys(manifestOf(packageFolder).dependencies ?? {})) {
    const link = join(user, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(MODULES, name), link);
  }
  return {
    folder: user,
    packageFolder,
    files: filesIn(packageFolder),
    write(path, text) {
      const file = join(user, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    node: (...args) => {
      const { status, stdout, stderr } = runSync(process.execPath, args, { cwd: user });
      return { status, stdout: stdout.toString(), stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .toSorted();
}

/** Bytes of a package and of all that is installed with it, by the name of each; a file takes whole blocks of 4 KB. */
export function installedBytes(packageFolder: string): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  const visit = (folder: string): void => {
    const name = relative(MODULES, folder).startsWith('..') ? 'approxgen' : relative(MODULES, folder);
    if (bytes.has(name)) return;
    const own = filesIn(folder).filter((path) => !path.includes('node_modules'));
    const sizes = own.map((path) => 4096 * Math.ceil(lstatSync(join(folder, path)).size / 4096));
    bytes.set(
      name,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    const { dependencies, optionalDependencies } = manifestOf(folder);
    for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) {
      // Installed beside the others, or below the one that needs another version of it.
      const places = [join(folder, 'node_modules', dependency), join(MODULES, dependency)];
      const found = places.find((place) => lstatSync(place, { throwIfNoEntry: false }));
      if (found) visit(found);
    }
  };
  visit(packageFolder);
  return bytes;
}
