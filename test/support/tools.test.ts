import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { skipWithout } from './needs.js';
import { reasonAgainst, type ToolName } from './tools.js';

const folders: string[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A path on which a command is found before all others. */
function pathWith(command: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-tools-'));
  folders.push(folder);
  writeFileSync(join(folder, command), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, command), 0o755);
  return `${folder}:${process.env.PATH}`;
}

describe('a tool', () => {
  it.each<[ToolName, string]>([
    ['gcc', 'gcc'],
    ['clang with sanitizers', 'clang'],
    ['iverilog', 'iverilog'],
    ['fish', 'fish'],
  ])('that is not installed is said to be so: %s', (name) => {
    vi.stubEnv('PATH', '/nowhere');
    expect(reasonAgainst(name)).toBe(`${name} is not installed`);
  });

  it('that is there and can’t do what a test asks is missing, with what it said', () => {
    const said = 'ld: cannot find libclang_rt.asan-x86_64.a: No such file';
    vi.stubEnv(
      'PATH',
      pathWith(
        'clang',
        `for a; do case $a in -fsan*) echo '${said}' >&2; exit 1;; esac; done; cp /bin/true x`,
      ),
    );
    expect(reasonAgainst('clang with sanitizers')).toBe(
      `clang with sanitizers can't do what tests ask: ${said}`,
    );
    expect(reasonAgainst('clang')).toBeUndefined();
  });

  it('whose programs do not run is missing', () => {
    vi.stubEnv('PATH', pathWith('gcc', 'cp /bin/false x'));
    expect(reasonAgainst('gcc')).toMatch(/^gcc can't do what tests ask: /);
  });
});

describe('a test without its tool', () => {
  it('is skipped with the reason, or fails with it where tools are required', () => {
    const reasons: string[] = [];
    const skip = (reason: string) => void reasons.push(reason);
    vi.stubEnv('APPROXGEN_REQUIRE_TOOLS', '');
    skipWithout(skip, undefined);
    skipWithout(skip, 'ghdl is not installed');
    expect(reasons).toEqual(['ghdl is not installed']);
    vi.stubEnv('APPROXGEN_REQUIRE_TOOLS', '1');
    skipWithout(skip, undefined);
    expect(() => skipWithout(skip, 'ghdl is not installed')).toThrow(
      'ghdl is not installed; APPROXGEN_REQUIRE_TOOLS',
    );
    expect(reasons).toHaveLength(1);
  });
});
