import { describe, expect, it } from 'vitest';
import { documentOf, inWorkplace } from './run.js';

const SQUARE = `
export const name = 'half_square';
export const evaluate = (x) => (x * x) / 2;
export const exact = (raw, fracBits, bits) => {
  const shift = BigInt(bits) - 2n * BigInt(fracBits) - 1n;
  return shift >= 0n ? (raw * raw) << shift : (raw * raw) >> -shift;
};
`;
const SMALL = ['--format', 'Q4.6', '--dry-run'];

describe.concurrent('approxgen --expr and --module', () => {
  it('takes a derivative, an expression and a module, and each command that is printed makes the same again', () =>
    inWorkplace(async ({ run, write }) => {
      write('square.mjs', SQUARE);
      const choices = [
        ['--fn', 'd tanh'],
        ['--expr', 'x*tanh(log1p(exp(x)))'],
        ['--module', './square.mjs'],
      ];
      const outcomes = await Promise.all(choices.map((choice) => run([...choice, ...SMALL, '--json'])));
      const kernels = outcomes.map((outcome) => documentOf(outcome).kernels[0]);
      expect(kernels.map((kernel) => kernel.function)).toEqual([
        'd tanh',
        'x*tanh(log1p(exp(x)))',
        'module:./square.mjs',
      ]);
      expect(kernels.map(({ name }) => name)).toEqual([
        'd_tanh_q4_6',
        'x_tanh_log1p_exp_x_q4_6',
        'half_square_q4_6',
      ]);
      for (const { maxUlp } of kernels) expect(maxUlp).toBeLessThanOrEqual(1);
    }));

  it('a kernel of a module is proven anew from its plan, also by its printed form', () =>
    inWorkplace(async ({ run, write, read }) => {
      write('square.mjs', SQUARE);
      await run(['--module', './square.mjs', '--format', 'Q4.6', '--range=-4,4']);
      const outcomes = await Promise.all(
        ['plan', 'ts'].map((target) =>
          run(['verify', 'generated', '--target', target, '--trust-module', 'square.mjs', '--quiet']),
        ),
      );
      expect(outcomes.map(({ status }) => status)).toEqual([0, 0]);
      const plan = read('generated/plan/half_square_q4_6.json');
      expect(plan).toContain('approxgen --module ./square.mjs');
      // A reference that changed is noticed: the certificate is of another function.
      write('square.mjs', SQUARE.replace('(x * x) / 2', '(x * x) / 2 + 0').replace('- 1n;', '- 2n;'));
      const changed = await run(['verify', 'generated', '--trust-module', 'square.mjs', '--quiet']);
      expect(changed.status).toBe(2);
      expect(changed.stderr).toContain('evaluate gives');
    }));

  it.each([
    [['--expr', 'x*tanh(log1p(exp(x))'], 'column'],
    [['--expr', '1/(x-1)', '--range', '0,2'], 'not defined at 1'],
    [['--expr', 'exp(x*x)', '--range=-3,3'], 'does not fit in Q4.6 at -3 (raw -192): it is 8103.084'],
    [['--expr', '3*2'], 'constant'],
    [['--module', './absent.mjs'], 'no such file'],
    [['--module', './other.mjs'], 'its name is undefined'],
    [['--fn', 'tanh', '--expr', 'x*x'], '--fn and --expr are both given'],
    [[], 'expected --fn, --expr or --module'],
  ])('%j is refused with its reason', (args, reason) =>
    inWorkplace(async ({ run, write, listing }) => {
      write('other.mjs', 'export const evaluate = 3;');
      const { status, stderr, stdout } = await run([...args, '--format', 'Q4.6']);
      expect({ stderr, stdout: stdout.toString() }).toEqual({
        stderr: expect.stringContaining(reason) as string,
        stdout: '',
      });
      expect(status).toBe(reason.startsWith('does not fit') ? 1 : 2);
      expect(Object.keys(listing())).toEqual(['other.mjs']);
    }),
  );

  it('configurations take them too', () =>
    inWorkplace(async ({ run, write }) => {
      write('square.mjs', SQUARE);
      write('kernels.json', {
        defaults: { format: 'Q4.6' },
        kernels: [{ expr: 'x^3/8' }, { module: './square.mjs', range: [-4, 4] }, { function: 'd d tanh' }],
      });
      write('bad.json', { kernels: [{ function: 'tanh', expr: 'x' }] });
      const [good, bad] = await Promise.all(
        ['kernels.json', 'bad.json'].map((file) =>
          run(['build', file, '--trust-module', 'square.mjs', '--json']),
        ),
      );
      expect(documentOf(good).kernels.map((kernel) => kernel.function)).toEqual([
        'x^3/8',
        'module:./square.mjs',
        'd d tanh',
      ]);
      expect(documentOf(bad).diagnostics[0].path).toBe('bad.json: kernels[0].expr');
    }));
});
