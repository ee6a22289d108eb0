/*
 * Compiles the package into dist/, where it is not what the sources say: the command and the library (esbuild), and the
 * WebAssembly of proofs and training (asc), side by side.
 *
 * npm runs this as "prepare", with every `npx approxgen` in a clone too; then the command has to answer at once, so
 * whatever is built is taken as it is.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = join(ROOT, 'dist', 'src', 'cli', 'main.js');
const STAMP = join(ROOT, 'dist', 'build.sha256');
const OUTPUTS = [COMMAND, ...['tensor', 'prove'].map((name) => join(ROOT, 'dist', 'wasm', `${name}.wasm`))];
const INPUTS = [
  'src',
  'assembly',
  'asconfig.json',
  'esbuild.config.mjs',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
];

const filesIn = (path) => {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full)
      .toSorted()
      .flatMap((name) => filesIn(join(path, name)));
  } catch {
    return [path];
  }
};

function hashOfInputs() {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap(filesIn)) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

const run = (script, ...args) =>
  new Promise((resolve, reject) => {
    const program = join(ROOT, ...script);
    const child = spawn(process.execPath, [program, ...args], { cwd: ROOT, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`${args.join(' ')} ended with status ${status}`)),
    );
  });

const isThere = OUTPUTS.every((file) => existsSync(file));
const isCalledByNpx = process.env.npm_command === 'exec' && isThere;
const inputs = isCalledByNpx ? undefined : hashOfInputs();
const isBuilt = isThere && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === inputs;
if (!isCalledByNpx && !isBuilt) {
  // Whatever goes wrong from here on, the next build begins anew.
  rmSync(STAMP, { force: true });
  const asc = ['node_modules', 'assemblyscript', 'bin', 'asc.js'];
  await Promise.all([
    run(asc, 'assembly/tensor/index.ts', '--target', 'tensor'),
    run(asc, 'assembly/prove/index.ts', '--target', 'prove').then(() => run(['esbuild.config.mjs'])),
  ]);
  writeFileSync(STAMP, inputs);
}
