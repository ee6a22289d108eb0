import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/emit/targets.js';
import { FUNCTIONS } from '../../src/function/catalogue.js';
import { approxgen, ROOT } from './run.js';

describe.concurrent('approxgen list', () => {
  it('names every function and target', async () => {
    const { status, stdout } = await approxgen(['list'], ROOT);
    expect(status).toBe(0);
    for (const { name } of [...FUNCTIONS, ...TARGETS]) {
      expect(stdout.toString()).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it('does so as one JSON document, wherever --json stands', async () => {
    const [after, before] = await Promise.all([
      approxgen(['list', '--json'], ROOT),
      approxgen(['--json', 'list'], ROOT),
    ]);
    expect(before.stdout.toString()).toBe(after.stdout.toString());
    const listed = JSON.parse(after.stdout.toString()) as Record<string, { name: string }[]>;
    expect(listed.functions.map(({ name }) => name)).toEqual(FUNCTIONS.map(({ name }) => name));
    expect(listed.targets.map(({ name }) => name)).toEqual(TARGETS.map(({ name }) => name));
    expect(listed.diagnostics).toEqual([]);
  });
});

describe('approxgen schema', () => {
  it('prints the schema that lies beside the configurations', async () => {
    const { status, stdout } = await approxgen(['schema'], ROOT);
    expect(status).toBe(0);
    const committed = readFileSync(join(ROOT, 'approx-configs', 'schema.json'), 'utf8');
    expect(JSON.parse(stdout.toString())).toEqual(JSON.parse(committed));
  });
});

describe('approxgen --version', () => {
  it('is the package’s', async () => {
    const { status, stdout } = await approxgen(['--version'], ROOT);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: `${version}\n` });
  });
});
