import { describe, expect, it } from 'vitest';
import { documentOf, inWorkplace } from './run.js';

const TANH = ['--fn', 'tanh', '--format', 'Q4.6', '--ulp', '1', '--target', 'verilog,vhdl'];
const FILES = [
  'plan/tanh_q4_6.json',
  'verilog/tanh_q4_6.v',
  'verilog/tanh_q4_6_tb.v',
  'vhdl/tanh_q4_6.vhd',
  'vhdl/tanh_q4_6_tb.vhd',
];

describe.concurrent('approxgen --target verilog,vhdl', () => {
  it('writes modules in as many stages as asked for, of one plan', () =>
    inWorkplace(async ({ run, read, listing }) => {
      const two = await run([...TANH, '--pipeline', '2', '--outdir', 'two', '--json']);
      const none = await run([...TANH, '--pipeline', '0', '--outdir', 'none', '--json']);
      expect([two.status, none.status]).toEqual([0, 0]);
      const [{ crc32, planHash, files }] = documentOf(two).kernels;
      expect(files).toEqual(FILES.map((path) => `two/${path}`));
      expect(documentOf(none).kernels[0].planHash).toBe(planHash);
      expect(read('two/plan/tanh_q4_6.json')).toBe(read('none/plan/tanh_q4_6.json'));
      for (const path of ['two/verilog/tanh_q4_6.v', 'two/vhdl/tanh_q4_6.vhd']) {
        expect(read(path)).toMatch(/--pipeline 2: a result 2 cycles after its input/);
        expect(read(path)).toContain(`CRC-32 of all outputs ${crc32}`);
      }
      expect(read('none/verilog/tanh_q4_6.v')).not.toMatch(/always/);
      const before = listing();
      expect((await run([...TANH, '--pipeline', '2', '--outdir', 'two'])).stdout.toString()).toMatch(
        /tanh_q4_6/,
      );
      expect(listing()).toEqual(before);
    }));

  it.each([
    ['-1', /-1 is not a possible number of pipeline stages; expected an integer from 0 to 64/],
    ['65', /65 is not a possible/],
    ['1.5', /1\.5 is not a possible/],
    ['many', /many/],
  ])('refuses --pipeline %s', (text, message) =>
    inWorkplace(async ({ run, listing }) => {
      const { status, stderr } = await run([...TANH, `--pipeline=${text}`]);
      expect({ status, files: listing() }).toEqual({ status: 2, files: {} });
      expect(stderr).toMatch(/--pipeline/);
      expect(stderr).toMatch(message);
    }),
  );

  it('replaces a design by one in another number of stages, and keeps the number where none is asked for', () =>
    inWorkplace(async ({ run, read, listing }) => {
      const latency = () => /_LATENCY (\d+)/.exec(read('generated/verilog/tanh_q4_6.v'))?.[1];
      expect((await run([...TANH, '--pipeline', '2'])).status).toBe(0);
      const before = listing();
      expect((await run([...TANH, '--pipeline', '3', '--dry-run'])).status).toBe(0);
      expect(listing()).toEqual(before);
      // Other targets print the plan anew, and the design stays as it was asked for.
      expect((await run([...TANH, '--target', 'ts'])).status).toBe(0);
      expect([latency(), listing()]).toEqual(['2', expect.objectContaining(before)]);
      expect((await run([...TANH, '--target', 'ts', '--order', '1'])).status).toBe(0);
      expect(latency()).toBe('2');
      const again = await run([...TANH, '--pipeline', '3']);
      expect([again.status, again.stdout.toString()]).toEqual([
        0,
        expect.stringMatching(
          /^ {2}replaced generated\/verilog\/tanh_q4_6\.v, a design in 2 register stages$/m,
        ),
      ]);
      expect(latency()).toBe('3');
    }));

  it('refuses a keyword as a name, before and after the kernel was proven', () =>
    inWorkplace(async ({ run, listing }) => {
      const asked = ['--fn', 'tanh', '--format', 'Q4.6', '--name', 'reg', '--target'];
      const refusal =
        /"reg" can't be the name of a kernel in Verilog: it is a keyword\n {2}try --name reg_kernel/;
      const first = await run([...asked, 'verilog']);
      expect(first.status).toBe(2);
      expect(first.stderr).toMatch(refusal);
      expect((await run([...asked, 'ts'])).status).toBe(0);
      const before = listing();
      const second = await run([...asked, 'verilog']);
      expect(second.status).toBe(2);
      expect(second.stderr).toMatch(refusal);
      expect(listing()).toEqual(before);
    }));
});

describe.concurrent('a configuration', () => {
  it('says how many stages: for a kernel, or for all of them', () =>
    inWorkplace(async ({ run, write, read }) => {
      write('approx-configs/a.json', {
        targets: ['verilog'],
        defaults: { format: 'Q4.6', order: 1, pipeline: '1 + 1' },
        kernels: [{ function: 'tanh' }, { function: 'sigmoid', pipeline: 5 }],
      });
      expect((await run(['build'])).status).toBe(0);
      expect(read('generated/verilog/tanh_q4_6.v')).toContain('`define TANH_Q4_6_LATENCY 2\n');
      expect(read('generated/verilog/sigmoid_q4_6.v')).toContain('`define SIGMOID_Q4_6_LATENCY 5\n');
      write('approx-configs/a.json', { kernels: [{ function: 'tanh', pipeline: -3 }] });
      const { status, stderr } = await run(['build']);
      expect(status).toBe(2);
      expect(stderr).toMatch(/kernels\[0\]\.pipeline: -3 is not a possible number of pipeline stages/);
    }));
});
