import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostic.js';
import { configPlace, flagPlace, libraryPlace, relocated } from '../../src/spec/place.js';

const config = configPlace('a.json: kernels[2]');
const library = libraryPlace();
const said = (hint: string, path = '--range'): Diagnostic => ({ code: 'c', message: 'm', hint, path });

describe('what is said of options', () => {
  it.each([
    ['try --range=-8,8', 'try "range": [-8, 8]', 'try range: [-8, 8]'],
    ['try --range=1,2; inputs are', 'try "range": [1, 2]; inputs are', 'try range: [1, 2]; inputs are'],
    ['try --ulp 0.6', 'try "ulp": 0.6', 'try ulp: 0.6'],
    ['try --ulp or --error', 'try "ulp" or "error"', 'try ulp or error'],
    [
      'try --overflow saturate, or more',
      'try "overflow": "saturate", or more',
      "try overflow: 'saturate', or more",
    ],
    [
      'try a higher --order, more --guard bits',
      'try a higher "order", more "guard" bits',
      'try a higher order, more guard bits',
    ],
    ['fewer bits (--guard) help', 'fewer bits ("guard") help', 'fewer bits (guard) help'],
    ['try --name tanh_kernel', 'try "name": "tanh_kernel"', "try name: 'tanh_kernel'"],
    ["try --expr 'ln(x)'", 'try "expr": "ln(x)"', "try expr: 'ln(x)'"],
    ['try --exact=none', 'try "exact": []', 'try exact: []'],
    [
      'goes after --expr, yours after --module',
      'goes after "expr", yours after "module"',
      'goes after expr, yours after module',
    ],
    ['the input goes to --in', 'the input goes to "input"', 'the input goes to input'],
    ['run approxgen with --force', 'run approxgen with --force', 'run approxgen with --force'],
  ])('on the command line as %s reads well elsewhere', (text, inConfig, inLibrary) => {
    expect(relocated(said(text), flagPlace()).hint).toBe(text);
    expect(relocated(said(text), config).hint).toBe(inConfig);
    expect(relocated(said(text), library).hint).toBe(inLibrary);
  });

  it('has its path where it was given, in the user’s spelling', () => {
    const spelt = new Map([['input', 'in']]);
    const paths = [
      flagPlace(),
      config,
      library,
      configPlace('b.json: kernels[0]', spelt),
      libraryPlace(spelt),
    ].map((place) => relocated(said('', '--in'), place).path);
    expect(paths).toEqual([
      '--in',
      'a.json: kernels[2].input',
      'spec.input',
      'b.json: kernels[0].in',
      'spec.in',
    ]);
    expect(relocated(said('', '--in'), flagPlace(new Map([['input', 'input']]))).path).toBe('--input');
    expect(relocated({ code: 'c', message: 'm' }, config).path).toBe('a.json: kernels[2]');
    expect(relocated(said('', 'file.json'), config).path).toBe('file.json');
  });
});
