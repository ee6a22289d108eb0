import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { fittedPlan } from '../conformance/fitted.js';
import { fileDigest } from '../../src/verify/plan-file.js';
import { unprovenCertificate } from '../emit/module.js';
import { approxgen, inWorkplace, ROOT } from './run.js';

const SMALL = ['--fn', 'rsqrt', '--in', 'UQ4.8', '--out', 'UQ2.10', '--quiet'];
const PLAN = 'generated/plan/rsqrt_uq4_8_uq2_10.json';

describe.concurrent('approxgen eval', () => {
  it('gives for every input what the plan means, by lines and in binary, as plan and as ts', () =>
    inWorkplace(async ({ run, read }) => {
      await run(SMALL);
      const { plan } = JSON.parse(read(PLAN)) as { plan: KernelPlan };
      const inputs = Array.from({ length: 4096 }, (_, x) => x);
      const expected = inputs.map((x) => Number(interpret(plan, x)));
      const lines = `${inputs.join('\n')}\n`;
      const words = new Uint8Array(Int32Array.from(inputs).buffer);
      const [byLines, asTs, binary, binaryTs] = await Promise.all([
        run(['eval', PLAN], lines),
        run(['eval', PLAN, '--target', 'ts'], lines),
        run(['eval', PLAN, '--binary'], words),
        run(['eval', PLAN, '--binary', '--target', 'ts'], words),
      ]);
      expect(byLines.stdout.toString()).toBe(expected.map((y) => `${y}\n`).join(''));
      expect(asTs.stdout).toEqual(byLines.stdout);
      expect(binary.stdout).toEqual(Buffer.from(Int32Array.from(expected).buffer));
      expect(binaryTs.stdout).toEqual(binary.stdout);
    }));

  it('takes and gives 64-bit integers where a format has more than 32 bits', () =>
    inWorkplace(async ({ run, write }) => {
      const plan = fittedPlan({ function: 'reciprocal', input: 'UQ32.32', output: 'Q40.24' });
      const unproven = { plan, certificate: unprovenCertificate(plan) };
      write('wide.json', { ...unproven, digest: fileDigest(unproven) });
      const inputs = [0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 64n - 1n];
      const expected = inputs.map((x) => interpret(plan, x));
      const lines = inputs.map((x) => `${x}\n`).join('');
      const words = new Uint8Array(BigUint64Array.from(inputs).buffer);
      const outcomes = await Promise.all(
        ['plan', 'ts', 'wasm'].flatMap((target) => [
          run(['eval', 'wide.json', '--target', target], lines),
          run(['eval', 'wide.json', '--target', target, '--binary'], words),
        ]),
      );
      outcomes.forEach(({ stdout }, i) => {
        if (i % 2 === 0) expect(stdout.toString()).toBe(expected.map((y) => `${y}\n`).join(''));
        else expect(stdout).toEqual(Buffer.from(BigInt64Array.from(expected).buffer));
      });
      const outside = await run(['eval', 'wide.json'], '18446744073709551616\n');
      expect({ status: outside.status, said: outside.stderr }).toMatchObject({
        status: 2,
        said: expect.stringContaining('expected 0 to 18446744073709551615') as string,
      });
    }));

  it('takes more input than a pipe holds, and waits for it', () =>
    inWorkplace(async ({ run }) => {
      await run(SMALL);
      const count = 200_000;
      const { status, stdout } = await run(['eval', PLAN, '--target', 'ts'], '256\n'.repeat(count));
      expect({ status, length: stdout.length }).toEqual({ status: 0, length: 5 * count });
    }));

  it('runs a committed plan at the ends of its format', async () => {
    const plan = join(ROOT, 'generated', 'plan', 'tanh_q8_24.json');
    const inputs = '-2147483648\n0\n2147483647\r\n +5 \n';
    const { status, stdout } = await approxgen(['eval', plan, '--target', 'ts'], ROOT, inputs);
    expect(status).toBe(0);
    const [least, zero, greatest, five] = stdout.toString().trim().split('\n').map(Number);
    expect(least).toBe(0 - greatest);
    expect([zero, five]).toEqual([0, 5]);
  });

  it('warns of a plan that its certificate does not prove', () =>
    inWorkplace(async ({ run, read, write }) => {
      await run(SMALL);
      const file = JSON.parse(read(PLAN)) as { certificate: { planHash: string } };
      file.certificate.planHash = file.certificate.planHash.replace(/^./, (c) => (c === '0' ? '1' : '0'));
      write('other.json', file);
      const { status, stderr, stdout } = await run(['eval', 'other.json'], '256\n');
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: '1024\n' });
      expect(stderr).toMatch(/other\.json is not the plan that its certificate proves/);
    }));

  it('refuses what is no input and no plan, and names the place', () =>
    inWorkplace(async ({ run, read, write }) => {
      await run(SMALL);
      const file = JSON.parse(read(PLAN)) as { plan: { guardBits: number } };
      file.plan.guardBits += 1;
      write('broken.json', file);
      write('other.json', { kernels: [] });
      const cases: readonly (readonly [readonly string[], string | Uint8Array, RegExp])[] = [
        [[PLAN], '1\ntwo\n', /line 2: "two" is not a raw integer/],
        [[PLAN], '1\n\n3\n', /line 2: "" is not a raw integer/],
        [[PLAN], '1.5\n', /line 1: "1\.5"/],
        [[PLAN], '4095\n4096\n', /line 2: 4096 is not an input of UQ4\.8; expected 0 to 4095/],
        [[PLAN], '-1\n', /-1 is not an input/],
        [[PLAN, '--binary'], new Uint8Array(5), /5 bytes are not whole 32-bit integers/],
        [[PLAN, '--binary'], new Uint8Array([0, 0, 0, 0, 0, 16, 0, 0]), /integer 2: 4096 is not an input/],
        [[PLAN, '--target', 'c'], '', /"c" is not a target whose kernels can be run here/],
        [['absent.json'], '', /absent\.json: can't read a plan/],
        [['other.json'], '', /other\.json: plan: it is missing; expected an object/],
        [['broken.json'], '', /broken\.json: .*not a well-formed plan/],
        [['.'], '', /can't read a plan/],
      ];
      const outcomes = await Promise.all(cases.map(([args, input]) => run(['eval', ...args], input)));
      outcomes.forEach(({ status, stdout, stderr }, i) => {
        expect(stderr).toMatch(cases[i][2]);
        expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: '' });
      });
    }));

  it('gives nothing for nothing', () =>
    inWorkplace(async ({ run }) => {
      await run(SMALL);
      const outcomes = await Promise.all([run(['eval', PLAN]), run(['eval', PLAN, '--binary'])]);
      for (const { status, stdout } of outcomes) expect([status, stdout.length]).toEqual([0, 0]);
    }));
});
