import { beforeAll, describe, expect, it } from 'vitest';
import { planTarget } from '../../src/emit/plan-json.js';
import { fileDigest, type PlanFile, type ProvenPlan } from '../../src/verify/plan-file.js';
import { textOf } from '../../src/emit/target.js';
import { missing } from '../support/tools.js';
import { completePlan } from '../../src/plan/build.js';
import { certificateDigest, type Certificate } from '../../src/verify/certificate.js';
import { planHash } from '../../src/plan/canonical.js';
import type { FinishedUnit } from '../../src/verify/verify.js';
import type { ShardFile } from '../../src/verify/shard-file.js';
import { documentOf, inWorkplace, type Workplace } from './run.js';

const SMALL = ['--fn', 'tanh', '--in', 'Q4.14', '--out', 'Q2.12', '--order', '2', '--quiet'];
const PLAN = 'generated/plan/tanh_q4_14_q2_12.json';

/** The plan file, made once. */
let original = '';

beforeAll(
  () =>
    inWorkplace(async ({ run, read }) => {
      await run(SMALL);
      original = read(PLAN);
    }),
  50_000,
);

const planOf = (): PlanFile => JSON.parse(original) as PlanFile;

/** A workplace that holds the plan file. */
const withPlan = (body: (place: Workplace) => Promise<void>) =>
  inWorkplace((place) => {
    place.write(PLAN, original);
    return body(place);
  });

/** A file whose certificate is made to belong to a changed plan: only running it can tell. */
function forged({ plan, certificate }: ProvenPlan): PlanFile {
  const [first, ...others] = plan.segments;
  const [c0, ...higher] = first.coefficients;
  const mutant = completePlan({
    ...plan,
    segments: [{ ...first, coefficients: [Number(c0) + 4000, ...higher] }, ...others],
  });
  const claimed = { ...certificate, planHash: planHash(mutant) };
  return sealed({ plan: mutant, certificate: { ...claimed, digest: certificateDigest(claimed) } });
}

/** Whether what runs the kernels of a target is not installed. */
const isMissing = (target: string): boolean => missing(target === 'c' ? 'cc' : 'python3') !== undefined;

const sealed = (file: ProvenPlan): PlanFile => ({ ...file, digest: fileDigest(file) });

describe.concurrent('approxgen verify', () => {
  it('proves a plan anew, and its printed kernels', () =>
    withPlan(async ({ run }) => {
      const outcomes = await Promise.all(
        ['plan', 'ts', 'wasm'].map((target) => run(['verify', 'generated', '--target', target, '--quiet'])),
      );
      for (const { status, stdout } of outcomes) {
        expect({ status, said: stdout.toString() }).toMatchObject({
          status: 0,
          said: expect.stringMatching(/holds: .*; all 262144 inputs run: error ≤ .* ulp/) as string,
        });
      }
    }));

  it('says what was run, and what compiled it', () =>
    withPlan(async ({ run }) => {
      const tools = {
        plan: '',
        ts: 'run by Node v',
        c: 'compiled by cc',
        python: 'run by python3 (Python 3',
      };
      for (const [target, tool] of Object.entries(tools)) {
        if (['c', 'python'].includes(target) && isMissing(target)) continue;
        const args = ['verify', PLAN, '--target', target];
        const [text, json] = await Promise.all([run(args), run([...args, '--json'])]);
        const said = target === 'plan' ? ': holds' : `: as ${target}, ${tool}`;
        expect([target, text.status, text.stdout.toString()]).toEqual([
          target,
          0,
          expect.stringContaining(`tanh_q4_14_q2_12${said}`),
        ]);
        const [{ ran }] = (JSON.parse(json.stdout.toString()) as { kernels: { ran?: object }[] }).kernels;
        expect([target, ran]).toEqual([
          target,
          target === 'plan' ? undefined : { target, tool: expect.stringContaining(tool) as string },
        ]);
      }
    }));

  it('names the first input at which a changed plan fails, what was expected and what it gives', () =>
    withPlan(async (place) => {
      place.write('forged.json', forged(planOf()));
      const { status, stdout } = await place.run(['verify', 'forged.json', '--json']);
      const { kernels } = JSON.parse(stdout.toString()) as {
        kernels: { holds: boolean; counterexample: { input: number; expected: number; got: number } }[];
      };
      expect(status).toBe(1);
      expect(kernels[0].holds).toBe(false);
      const { input, expected, got } = kernels[0].counterexample;
      expect(expected).toBeCloseTo(Math.tanh(input / 2 ** 14) * 2 ** 12, 6);
      expect(Math.abs(got - expected)).toBeGreaterThan(1);
    }));

  it('refuses a plan that is not its certificate’s, and a certificate that was edited', () =>
    withPlan(async (place) => {
      const { plan, certificate } = planOf();
      const { plan: mutant } = forged({ plan, certificate });
      place.write('other.json', sealed({ plan: mutant, certificate }));
      const rosy: Certificate = { ...certificate, claim: { ...certificate.claim, maxUlp: 0.5 } };
      const resignedFile = { plan, certificate: { ...rosy, digest: certificateDigest(rosy) } };
      place.write('edited.json', sealed({ plan, certificate: rosy }));
      place.write('resigned.json', sealed(resignedFile));
      place.write('renamed.json', { ...planOf(), plan: { ...plan, name: 'sinh_q4_14_q2_12' } });
      const [other, edited, resigned, renamed] = await Promise.all(
        ['other', 'edited', 'resigned', 'renamed'].map((name) =>
          place.run(['verify', `${name}.json`, '--quiet']),
        ),
      );
      expect([other, edited, resigned, renamed].map(({ status }) => status)).toEqual([1, 1, 1, 1]);
      expect(renamed.stdout.toString()).toContain('the file was changed after it was written');
      expect(other.stdout.toString()).toContain('not the one that its certificate proves');
      expect(edited.stdout.toString()).toContain('its digest differs');
      expect(resigned.stdout.toString()).toContain('claim differs');
    }));

  it('has one answer for a file that is no plan, a folder without any and a target that does not run', () =>
    withPlan(async ({ run, write }) => {
      write('none/readme.txt', '');
      write('no.json', '{}');
      const outcomes = await Promise.all(
        [
          ['verify', 'no.json'],
          ['verify', 'none'],
          ['verify', PLAN, '--target', 'tss'],
        ].map((args) => run(args)),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([2, 2, 2]);
      expect(outcomes[2].stderr).toContain(
        'did you mean ts?\n  expected one of plan, ts, wasm, c, rust, python',
      );
    }));
});

describe.concurrent('approxgen verify --shard and approxgen merge', () => {
  const shard = (i: number, of: number) => [
    'verify',
    PLAN,
    '--shard',
    `${i}/${of}`,
    '--out',
    `${i}.json`,
    '--quiet',
  ];

  it('shards in any order make the certificate of an undivided proof', () =>
    withPlan(async (place) => {
      for (const i of [3, 1, 2]) expect((await place.run(shard(i, 3))).status).toBe(0);
      const { plan, certificate } = planOf();
      // The file is written anew from the shards alone.
      const [stale] = await planTarget.emit(plan, { ...certificate, crc32: '00000000' });
      place.write(PLAN, textOf(stale));
      const { status } = await place.run(['merge', PLAN, '2.json', '3.json', '1.json', '--write', '--quiet']);
      expect({ status, text: place.read(PLAN) }).toEqual({ status: 0, text: original });
    }));

  it('a shard that is missing, given twice, edited, incomplete or of another plan makes no proof', () =>
    withPlan(async (place) => {
      const { plan } = planOf();
      const named = completePlan({ ...plan, target: { ulp: 3 } });
      place.write('other.json', { ...planOf(), plan: named });
      for (const i of [1, 2]) await place.run(shard(i, 2));
      const first = JSON.parse(place.read('1.json')) as ShardFile;
      const [unit, ...others] = first.units;
      const better: FinishedUnit = { ...unit, stats: { ...unit.stats, maxUlp: 0.25 } };
      place.write('edited.json', { ...first, units: [better, ...others] });
      place.write('copy.json', place.read('1.json'));
      const outcomes = await Promise.all(
        [
          [PLAN, '1.json'],
          [PLAN, '1.json', '2.json', 'copy.json'],
          [PLAN, 'edited.json', '2.json'],
          ['other.json', '1.json', '2.json'],
          [PLAN, PLAN],
          [PLAN, 'absent.json'],
        ].map((files) => place.run(['merge', ...files])),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([1, 1, 1, 1, 2, 2]);
      const said = outcomes.map(({ stderr }) => stderr);
      expect(said[0]).toContain('2/2 is missing');
      expect(said[1]).toContain('is also');
      expect(said[2]).toContain('its digest differs');
      expect(said[3]).toContain('it proves the plan');
    }));

  it('an interrupted run goes on where it stopped', () =>
    withPlan(async (place) => {
      const { plan } = planOf();
      await place.run(shard(1, 2));
      const { units } = JSON.parse(place.read('1.json')) as ShardFile;
      const journal = `kept/${planHash(plan)}.plan.jsonl`;
      // A last line that a stopped run left unfinished counts for nothing.
      const lines = units.map((unit) => `${JSON.stringify(unit)}\n`).join('');
      place.write(journal, `${lines}{"first":`);
      const { status } = await place.run(['verify', PLAN, '--keep', 'kept', '--quiet']);
      expect({ status, kept: place.listing()[journal] }).toEqual({ status: 0, kept: undefined });
      // What was kept is used: a false unit makes a false certificate.
      const [unit] = units;
      place.write(journal, `${JSON.stringify({ ...unit, stats: { ...unit.stats, maxUlp: 9 } })}\n`);
      expect((await place.run(['verify', PLAN, '--keep', 'kept', '--quiet'])).status).toBe(1);
    }));

  it('refuses what is no shard number', () =>
    withPlan(async ({ run }) => {
      const outcomes = await Promise.all(
        ['0/2', '3/2', 'half', '1/'].map((text) => run(['verify', PLAN, '--shard', text])),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([2, 2, 2, 2]);
    }));
});

describe.concurrent('a kernel of 64 bits', () => {
  const WIDE = ['--fn', 'tanh', '--format', 'Q32.32', '--order', '6', '--target', 'ts,wasm'];
  const WIDE_PLAN = 'generated/plan/tanh_q32_32.json';

  it('is made and proven by bounds, and what was printed of it runs as the plan does', () =>
    inWorkplace(async ({ run, read, write }) => {
      const made = await run([...WIDE, '--json']);
      expect(made.status).toBe(0);
      const [report] = documentOf(made).kernels;
      expect(report).toMatchObject({ name: 'tanh_q32_32', method: 'enclosure' });
      expect(report.lowerBound).toBeGreaterThan(1);
      expect(report.lowerBound).toBeLessThanOrEqual(report.segments);
      expect(report.seenUlp).toBeLessThanOrEqual(report.maxUlp);
      expect(report.maxUlp).toBeLessThanOrEqual(1);
      expect(read('generated/ts/tanh_q32_32.ts')).toContain('intervals, for every input: error ≤');
      const outcomes = await Promise.all(
        ['plan', 'ts', 'wasm'].map((target) => run(['verify', WIDE_PLAN, '--target', target])),
      );
      for (const { status, stdout } of outcomes) {
        expect({ status, said: stdout.toString() }).toMatchObject({
          status: 0,
          said: expect.stringMatching(/holds: .*; by bounds, for every input: error ≤ .* ulp/) as string,
        });
      }

      const file = JSON.parse(read(WIDE_PLAN)) as PlanFile;
      const [first, second, ...others] = file.plan.segments;
      const mutant = completePlan({
        ...file.plan,
        segments: [first, { ...second, origin: Number(second.origin) + 3 }, ...others],
      });
      const claimed = { ...file.certificate, planHash: planHash(mutant) };
      const certificate = { ...claimed, digest: certificateDigest(claimed) };
      write('mutant.json', sealed({ plan: mutant, certificate }));
      const refused = await run(['verify', 'mutant.json']);
      expect({ status: refused.status, said: refused.stdout.toString() }).toMatchObject({
        status: 1,
        said: expect.stringMatching(/FAILS: 1 ulp is not met: at raw input -?\d+ expected/) as string,
      });

      const divided = await run(['verify', WIDE_PLAN, '--shard', '1/2']);
      expect({ status: divided.status, said: divided.stderr }).toMatchObject({
        status: 2,
        said: expect.stringContaining('can be divided') as string,
      });
    }));
});
