import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rustTarget } from '../../src/emit/rust.js';
import { textOf } from '../../src/emit/target.js';
import { vectorsOf } from '../../src/emit/vectors.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';
import { runSync } from '../support/processes.js';
import { takes, unprovenCertificate } from './module.js';

const folder = mkdtempSync(join(tmpdir(), 'approxgen-rust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINTS = ['warnings', 'unused', 'nonstandard-style', 'future-incompatible', 'rust-2018-idioms'];

/** What the compiler says of a program. */
function problems(file: string, ...flags: readonly string[]): string {
  const lints = LINTS.flatMap((lint) => ['-W', lint]);
  return runSync('rustc', ['--edition', '2021', ...lints, ...flags, file], { cwd: folder }).stderr;
}

describe('a printed module', () => {
  needs('rustc');

  it('is taken without a word where a program has it, whether it uses it or not', async () => {
    const names: string[] = [];
    for (const [i, make] of Object.values(PLANS).entries()) {
      const plan = { ...make(), name: `kernel_${i}` };
      if (!takes(rustTarget, plan)) continue;
      const [file] = await rustTarget.emit(plan, unprovenCertificate(plan));
      writeFileSync(join(folder, `${plan.name}.rs`), textOf(file));
      names.push(plan.name);
    }
    writeFileSync(
      join(folder, 'main.rs'),
      `${names.map((name) => `mod ${name};`).join('\n')}\n\nfn main() {}\n`,
    );
    expect(names.length).toBeGreaterThan(50);
    expect(problems('main.rs', '--emit', 'metadata')).toBe('');
  });

  it('comes with a test that is taken without a word', async () => {
    const plan = { ...PLANS['odd, tail as a row'](), name: 'tested' };
    const [file] = await rustTarget.emit(plan, unprovenCertificate(plan));
    const test = await rustTarget.test?.(plan, vectorsOf(plan));
    writeFileSync(join(folder, 'tested.rs'), textOf(file));
    writeFileSync(join(folder, 'tested_test.rs'), test === undefined ? '' : textOf(test));
    expect(problems('tested_test.rs', '--test')).toBe('');
    expect(runSync('./tested_test', [], { cwd: folder }).status).toBe(0);
  });
});
