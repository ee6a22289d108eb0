import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.js';
import { inWorkplace } from './run.js';

/** A command line that is wrong: what the message has to say, and the path of the diagnostic where it has one. */
type Wrong = readonly [args: readonly string[], says: RegExp, status?: number];

const F = ['--format', 'Q4.6'];

const WRONG: readonly Wrong[] = [
  [[], /no function is given; expected --fn, --expr or --module\n {2}try approxgen --fn tanh/],
  [['tanh', ...F], /"tanh" is not a command\n {2}try approxgen --fn tanh --format Q4\.6\n/],
  [[...F, 'tanh'], /try approxgen --format Q4\.6 --fn tanh\n/],
  [['x^2/8', ...F], /try approxgen --expr 'x\^2\/8' --format Q4\.6\n/],
  [['d tanh', ...F], /try approxgen --fn 'd tanh' --format Q4\.6\n/],
  [['d', 'tanh', ...F], /try approxgen --fn 'd tanh' --format Q4\.6\n/],
  [['tahn', ...F], /try approxgen --fn tanh --format Q4\.6\n/],
  [['tanh(x', ...F], /"tanh\(x" is not a command\n/],
  [['bild'], /did you mean build\?\n {2}expected one of build, explore/],
  [['Verify'], /did you mean verify\?/],
  [['foo'], /"foo" is not a command\n {2}approxgen --fn <name> makes a kernel/],
  [['foo', '--fn', 'tanh'], /"foo" is one word too many; approxgen takes options only/],
  [['--fn', 'd', 'tanh'], /try --fn "d tanh", with quotes/],
  [
    ['--fn', 'tanh', 'ulp', '2'],
    /"ulp" is one word too many; approxgen takes options only\n {2}did you mean --ulp\?/,
  ],
  [
    ['--fn', 'foo'],
    /--fn: "foo" is not a function .*\n {2}an expression in x goes after --expr, .* after --module\n {2}expected one of tanh, sigmoid/,
  ],
  [
    ['--fn', 'foo(x)'],
    /foo is not a function that approxgen knows\n {2}approxgen list shows functions for --expr; .* after --module$/,
  ],
  [['--fn', 'tahn'], /did you mean tanh\? An expression in x goes after --expr, .*\n {2}expected one of/],
  [['--fn', 'd tahn'], /--fn: "tahn" is not a function .*\n {2}did you mean tanh\?/],
  [['--fn', 'ln'], /--fn: "ln" is not a function .*\n {2}try --expr 'ln\(x\)'/],
  [['--fn', ''], /--fn: "" is not a function/],
  [['--expr', 'x+'], /--expr: "x\+" can't be read at column 3/],
  [['--fn', 'tanh', '--expr', 'x'], /--fn and --expr are both given/],
  [
    ['--fn', 'tanh', '--function', 'tanh'],
    /--function: --fn and --function are two spellings of one option, and both are given\n {2}leave one of them out/,
  ],
  [['--fn', 'tanh', '--in', 'Q4.6', '--input', 'Q4.6'], /--in and --input are two spellings/],
  [
    ['--fn', 'tanh', '--stepRounding', 'floor', '--step-rounding', 'floor'],
    /--step-rounding and --stepRounding/,
  ],
  [['--fn', 'tanh', '--target', 'c', '--targets', 'c'], /--target and --targets/],
  [['--fn', 'tanh', '--input', 'Q0.16'], /^error: --input: "Q0\.16" has no room for the sign/],
  [['--fn', 'tanh', '--ulpp', '1'], /--ulpp: approxgen has no such option\n {2}did you mean --ulp\?/],
  [['--fn', 'tanh', '--ulps=1'], /did you mean --ulp\?/],
  [['-fn', 'tanh'], /-fn: approxgen has no such option\n {2}did you mean --fn\?/],
  [['--fn', 'tanh', '--check'], /it is an option of approxgen build$/],
  [
    ['list', '--fn', 'tanh'],
    /approxgen list has no such option\n {2}it is an option of approxgen, approxgen explore/,
  ],
  [['build', '--ulp', '1'], /approxgen build has no such option\n {2}configurations say it: "ulp"/],
  [['build', '--zzz'], /see approxgen build --help/],
  [['--fn', 'tanh', '--ulp'], /--ulp: it has no value: nothing follows\n {2}expected --ulp <x>/],
  [['--fn', 'tanh', '--ulp', '--json'], /--ulp: it has no value: what follows is --json|"missing-value"/],
  [['--fn', 'tanh', '--range'], /expected --range <lo,hi>/],
  [['--fn', 'tanh', '--range', '--order', '3'], /--range: it has no value: what follows is --order/],
  [['--fn', 'tanh', '--order', 'three'], /--order: "three"/],
  [['--fn', 'tanh', '--rounding', 'halfeven'], /did you mean half-even\?\n {2}expected one of floor/],
  [
    ['--fn', 'tanh', '--segmentation', 'best'],
    /--segmentation: "best" is not known here\n {2}expected one of auto, greedy/,
  ],
  [
    ['--fn', 'tanh', '--target', 'ts,tss'],
    /--target: "tss" is not a target\n {2}did you mean ts\?\n {2}expected one of plan/,
  ],
  [['--fn', 'tanh', '--target', 'fortran'], /"fortran" is not a target\n {2}expected one of/],
  [['--fn', 'tanh', '--workers', '0'], /--workers: 0 is not a number of workers/],
  [
    ['explore', 'tanh', ...F],
    /"tanh" is one word too many; approxgen explore takes options only\n {2}try approxgen explore --fn tanh --format Q4\.6$/,
  ],
  [['list', 'all'], /"all" is one word too many; approxgen list takes options only/],
  [['eval'], /approxgen eval needs <plan\.json>, which is missing\n {2}such as: /],
  [['eval', 'a.json', 'b.json'], /"b\.json" is one word too many; approxgen eval takes <plan\.json>/],
  [['verify'], /approxgen verify needs <plans>, which is missing\n {2}such as: approxgen verify generated/],
  [['verify', 'absent'], /"absent" does not exist/],
  [['merge', 'a.json'], /approxgen merge needs <shards>, which is missing/],
  [['help', 'verfy'], /"verfy" is not a command\n {2}did you mean verify\?/],
  [['completion', 'tcsh'], /"tcsh" is not a shell that approxgen knows\n {2}expected one of bash, zsh, fish/],
  [['completion'], /needs <shell>, which is missing/],
  [['--fn', 'tanh', ...F, '--ulp', '0.1'], /0\.1 ulp is below half an ulp/, 1],
];

/** Commands that a message tells to try, a kernel's with a format of few inputs. */
function suggested(stderr: string): readonly string[] {
  const whole = [...stderr.matchAll(/^ {2}(?:try|such as:) ((?:seq .*)?approxgen .*?)(?:, or .*)?$/gm)];
  const options = [...stderr.matchAll(/^ {2}try (--(?:fn|expr) (?:'[^']*'|"[^"]*"))/gm)];
  return [
    ...whole.map(([, command]) => (/--fn \w+$/.test(command) ? `${command} ${F.join(' ')}` : command)),
    ...options.map(([, option]) => `approxgen ${option} ${F.join(' ')}`),
  ];
}

describe.concurrent('a command line that is wrong', () => {
  it.each(WRONG.map(([args, says, status = 2]) => ({ args, says, status })))(
    '$args is refused in words',
    ({ args, says, status }) =>
      inWorkplace(async ({ run, listing }) => {
        const outcome = await run(args);
        const text = outcome.stderr === '' ? outcome.stdout.toString() : outcome.stderr;
        expect(text.trimEnd()).toMatch(says);
        expect(outcome.status).toBe(status);
        expect(text).not.toMatch(/^ +at /m);
        expect(text).not.toMatch(/bug in approxgen/);
        expect(listing()).toEqual({});
      }),
  );
});

describe('a command that a message tells to try', () => {
  it('works', { timeout: 240_000 }, () =>
    inWorkplace(async (place) => {
      const refusals = await Promise.all(WRONG.map(([args]) => place.run(args)));
      const commands = new Set(refusals.flatMap(({ stderr }) => suggested(stderr)));
      // What takes long, or needs more than one command before it, is tried by the examples of the help.
      const examples = Object.values(EXAMPLES).flatMap((list) => list.map(({ command }) => command));
      const quick = [...commands].filter((command) => !examples.includes(command));
      expect(quick).toContain(`approxgen --expr 'ln(x)' --format Q4.6`);
      expect(quick.length).toBeGreaterThan(6);
      for (const command of quick) {
        const { status, stderr } = await place.shell(command);
        expect([command, status, stderr]).toEqual([command, 0, stderr]);
      }
    }),
  );
});
