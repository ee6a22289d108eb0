import { chmodSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * What is published of src/, in few files: Node takes twice as long to open some two hundred modules as to make a
 * kernel's first line. What several entries share is shared here too, and dependencies stay where they are.
 *
 * node esbuild.config.mjs [folder]
 */
const outdir = resolve(process.argv[2] ?? 'dist/src');
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: ['index', 'plan/index', 'node/index', 'node/worker', 'cli/main'].map(
    (name) => `src/${name}.ts`,
  ),
  outbase: 'src',
  outdir,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  absWorkingDir: import.meta.dirname,
  logLevel: 'warning',
});
chmodSync(join(outdir, 'cli/main.js'), 0o755);
