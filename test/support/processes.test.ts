import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LIMIT_VARIABLE, limitsFor } from './limits.js';
import { outputLater, outputOf, run, runSync } from './processes.js';

afterEach(() => vi.unstubAllEnvs());

const SHELL_ENDS = ['-c', 'cat; echo out; echo err >&2; exit 3'] as const;
const HANGS = 'echo so far; sleep 30 & wait';

describe.each([
  ['runSync', async (...args: Parameters<typeof runSync>) => runSync(...args)],
  ['run', run],
] as const)('%s', (_, start) => {
  it('gives status and output of a process that fails', async () => {
    const { status, signal, stdout, stderr } = await start('sh', SHELL_ENDS, { input: 'in\n' });
    expect([status, signal, stdout.toString(), stderr]).toEqual([3, null, 'in\nout\n', 'err\n']);
  });

  it('kills one that takes longer than the limit, waits for nothing that it started, and says what it was', async () => {
    vi.stubEnv(LIMIT_VARIABLE, '2');
    const error = await start('sh', ['-c', HANGS]).catch((reason: unknown) => reason);
    expect(String(error)).toBe(
      `Error: killed after 2 s (${LIMIT_VARIABLE} sets another limit): sh -c ${HANGS}\n` +
        'its output so far:\nso far\n',
    );
  });

  it('says what is not installed', async () => {
    await expect(start('no-such-tool', [])).rejects.toThrow(/^no-such-tool can't be started: .*ENOENT/);
  });
});

describe.each([
  ['outputOf', async (...args: Parameters<typeof outputOf>) => outputOf(...args)],
  ['outputLater', outputLater],
] as const)('%s', (_, start) => {
  it('gives the output, or fails with what was said', async () => {
    expect((await start('echo', ['x'])).toString()).toBe('x\n');
    await expect(start('sh', SHELL_ENDS)).rejects.toThrow(/exit 3 ended with 3:\nout\nerr\n$/);
  });
});

describe('limits of time', () => {
  it('grow with how busy the machine is, and are more for slow tests', () => {
    const idle = limitsFor('fast', 1, '');
    expect(limitsFor('fast', 20, '').processSeconds).toBe(20 * idle.processSeconds);
    expect(limitsFor('slow', 1, '').processSeconds).toBeGreaterThan(idle.processSeconds);
  });

  it('are those that are asked for', () => {
    expect(limitsFor('fast', 20, '90').processSeconds).toBe(90);
  });

  it.each(['1', '90', '1e6', '1e12'])(
    'let a process end before its test does, and timers take them: %s',
    (asked) => {
      const { processSeconds, testTimeout } = limitsFor('slow', 1, asked);
      expect(testTimeout).toBeLessThan(2 ** 31);
      if (Number(asked) < 1e5) expect(testTimeout).toBeGreaterThan(1000 * processSeconds);
    },
  );

  it.each(['0', '-1', 'soon', 'Infinity', 'NaN'])('are refused where they are none: %s', (asked) => {
    expect(() => limitsFor('fast', 1, asked)).toThrow(`${LIMIT_VARIABLE} is "${asked}"`);
  });
});

describe('tests', () => {
  it('start processes by this module alone, so that one limit holds for all', () => {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const own = sources.filter((name) =>
      /from '(node:)?child_process'/.test(readFileSync(join(folder, name), 'utf8')),
    );
    expect(own).toEqual([join('support', 'processes.ts')]);
  });
});
