import { symlinkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completePlan } from '../../src/plan/build.js';
import { planHash } from '../../src/plan/canonical.js';
import { certificateDigest } from '../../src/verify/certificate.js';
import { fileDigest, type PlanFile } from '../../src/verify/plan-file.js';
import { inWorkplace, type Workplace } from './run.js';

const PLAN = 'generated/plan/tanh_q4_4.json';

const withPlan = (body: (place: Workplace) => Promise<void>) =>
  inWorkplace(async (place) => {
    const { status } = await place.run(['--fn', 'tanh', '--format', 'Q4.4', '--quiet']);
    expect(status).toBe(0);
    await body(place);
  });

describe('what is no plan, no folder and no target', () => {
  it('is refused with a message, and is no bug', () =>
    withPlan(async ({ run, write, folder }) => {
      write('file', '');
      write('out/plan', '');
      symlinkSync('loop', join(folder, 'loop'));
      mkdirSync(join(folder, 'empty'));
      write('shard.json', '{"schema":"approxgen-shard/1","shard":1,"of":0,"units":[null]}');
      const cases: readonly (readonly string[])[] = [
        ['verify', PLAN, '--target', '__proto__'],
        ['verify', PLAN, '--target', 'toString'],
        ['verify', PLAN, '--target', 'constructor'],
        ['eval', PLAN, '--target', '__proto__'],
        ['--fn', 'tanh', '--format', 'Q4.4', '--target', '__proto__'],
        ['verify', PLAN, '--keep', 'file'],
        ['verify', PLAN, '--keep', '/proc/x/y'],
        ['verify', 'loop'],
        ['verify', 'empty'],
        ['merge', PLAN, 'shard.json'],
        ['--fn', 'tanh', '--format', 'Q4.4', '--outdir', 'out'],
        ['--fn', 'tanh', '--format', 'Q4.4', '--outdir', 'loop'],
        ['--fn', 'tanh', '--format', 'Q4.4', '--outdir', ''],
        ['--fn', 'tanh', '--format', 'Q4.4', '--outdir', '/proc/x/y'],
        ['--fn', 'tanh', '--format', 'Q4.4', '--ulp=random()'],
      ];
      for (const args of cases) {
        const { status, stdout, stderr } = await run(args);
        expect({ args, status, stdout: stdout.toString() }).toEqual({ args, status: 2, stdout: '' });
        expect(stderr).toMatch(/^error: /);
        expect(stderr).not.toMatch(/a bug|\n {4}at /);
      }
    }));

  it('in a journal counts for nothing', () =>
    withPlan(async ({ run, read, write }) => {
      const { certificate } = JSON.parse(read(PLAN)) as PlanFile;
      write(`keep/${certificate.planHash}.plan.jsonl`, 'null\n[]\n"x"\n{"first":-5e9}\n{"first":0,"last":');
      const { status, stdout } = await run(['verify', PLAN, '--keep', 'keep']);
      expect([status, stdout.toString()]).toEqual([0, expect.stringContaining('holds')]);
    }));
});

describe('a plan of a function in a module', () => {
  const MODULE = `import { writeFileSync } from 'node:fs';
writeFileSync('ran', '');
export const name = 'double';
export const evaluate = (x) => 2 * x;
export const exact = (raw, fracBits, bits) => raw * 2n ** BigInt(bits + 1 - fracBits);
`;

  it('runs that module only where the user names it', () =>
    inWorkplace(async ({ run, write, listing }) => {
      write('double.mjs', MODULE);
      write('other.mjs', MODULE);
      write('a.json', {
        kernels: [{ module: './double.mjs', format: 'Q4.4', range: [-2, 2], name: 'double' }],
      });
      const refused = await run(['build', 'a.json']);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--trust-module')]);
      expect(listing()).not.toHaveProperty('ran');
      const made = await run(['build', 'a.json', '--trust-module', 'double.mjs', '--quiet']);
      expect([made.status, made.stderr]).toEqual([0, '']);
      const path = 'generated/plan/double.json';
      for (const args of [
        ['verify', path],
        ['eval', path],
        ['verify', path, '--trust-module', 'other.mjs'],
      ]) {
        const { status, stderr } = await run(args);
        expect([args, status, stderr]).toEqual([args, 2, expect.stringContaining('a module that you trust')]);
      }
      const trusted = await run(['verify', path, '--trust-module', './double.mjs', '--quiet']);
      expect([trusted.status, trusted.stdout.toString()]).toEqual([0, expect.stringContaining('holds')]);
    }));
});

describe('a plan file whose digests are right', () => {
  /** A file with a changed plan, sealed as approxgen would. */
  function sealed(file: PlanFile, change: (plan: Record<string, unknown>) => void): PlanFile {
    const plan = structuredClone(file.plan) as unknown as Record<string, unknown>;
    change(plan);
    const changed = plan as unknown as PlanFile['plan'];
    const claims = { ...file.certificate, planHash: planHash(changed) };
    const certificate = { ...claims, digest: certificateDigest(claims) };
    const proven = { plan: changed, certificate };
    return { ...proven, digest: fileDigest(proven) };
  }

  it('is refused where a field is not of its form', () =>
    withPlan(async ({ run, read, write, listing }) => {
      const file = JSON.parse(read(PLAN)) as PlanFile;
      expect(completePlan(file.plan, file.plan.provenance).name).toBe('tanh_q4_4');
      const evil = 'x\nimport os; os.system("touch ran")\n#';
      const changes: Readonly<Record<string, (plan: Record<string, unknown>) => void>> = {
        name: (plan) => (plan.name = evil),
        path: (plan) => (plan.name = '../../../x'),
        function: (plan) => (plan.function = `tanh${evil}`),
        command: (plan) => ((plan.provenance as Record<string, unknown>).command = evil),
        notes: (plan) => ((plan.provenance as Record<string, unknown>).notes = [evil]),
        provenance: (plan) => delete plan.provenance,
        'target null': (plan) => (plan.target = { ulp: null }),
        'target empty': (plan) => (plan.target = {}),
        'target text': (plan) => (plan.target = 'x'),
        'target list': (plan) => (plan.target = []),
        tails: (plan) => (plan.tails = 'x'),
        signed: (plan) => ((plan.input as Record<string, unknown>).signed = 'no'),
        overflow: (plan) => ((plan.finish as Record<string, unknown>).overflow = 'bogus'),
        unknown: (plan) => (plan.more = 1),
      };
      const before = Object.keys(listing());
      for (const [what, change] of Object.entries(changes)) {
        write('x.json', sealed(file, change));
        for (const args of [
          ['verify', 'x.json'],
          ['eval', 'x.json', '--target', 'ts'],
          ['verify', 'x.json', '--shard', '1/2'],
        ]) {
          const { status, stderr } = await run(args);
          expect([what, status, stderr]).toEqual([what, 2, expect.stringMatching(/^error: x\.json/)]);
        }
      }
      expect(Object.keys(listing())).toEqual([...before, 'x.json'].toSorted());
    }));
});
