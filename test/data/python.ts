import { spawnSync } from 'node:child_process';

/** Runs Python with `input` on standard input; returns what it prints as bytes. */
export function runPython(
  script: string,
  input: Uint8Array = new Uint8Array(0),
  args: string[] = [],
): Buffer {
  const result = spawnSync('python3', ['-c', script, ...args], { input, maxBuffer: 1 << 28 });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`python3 failed: ${result.stderr.toString()}`);
  return result.stdout;
}

/** Why tests against numpy cannot run here, or undefined where they can. */
export function numpyMissing(): string | undefined {
  const result = spawnSync('python3', ['-c', 'import numpy']);
  return result.status === 0 ? undefined : 'python3 with numpy is not installed';
}
