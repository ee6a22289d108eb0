import { describe, expect, it } from 'vitest';
import {
  docstringText,
  lineComments,
  lineText,
  slashStarText,
  starParenText,
  visibleText,
} from '../../src/emit/comment.js';
import { textOf } from '../../src/emit/target.js';
import { TARGETS } from '../../src/emit/targets.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import type { Certificate } from '../../src/verify/certificate.js';
import { planOf } from '../plan/plans.js';
import { unprovenCertificate } from './module.js';

/** What ends a comment, or a line, or hides what follows, in one language or another. */
const ENDS = [
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\0',
  '*/',
  '*\\\n/',
  '*)',
  '"""',
  "'''",
  '\\',
  '??/\n',
  '\u202e',
  '\u2066',
  '-->',
  '{{x}}',
  '${x}',
  '`',
];

describe('a comment', () => {
  it('shows what can’t be seen', () => {
    expect(visibleText('a\nb\u202ec\ud800')).toBe('a<U+000A>b<U+202E>c<U+D800>');
    expect(visibleText('½ ulp → π')).toBe('½ ulp → π');
  });

  it('has no mark of its own syntax inside', () => {
    for (const end of ENDS) {
      for (const text of [end, `a${end}b`, `${end}${end}`, `*${end}/`, `/${end}*`]) {
        expect(slashStarText(text)).not.toMatch(/\*\/|\/\*|[\n\r\u2028\u2029]/);
        expect(starParenText(text)).not.toMatch(/\*\)|\(\*|\/\*|\/\/|\n/);
        expect(lineText(text)).not.toMatch(/[\n\r\u2028\u2029\u0085\v\f]|\\$/);
        expect(docstringText(text)).not.toMatch(/["\\\n\r]/);
      }
    }
  });

  it('is no setting of an editor’s or a compiler’s', () => {
    expect(lineComments('#', ['coding: utf-16', 'encoding=latin-1'])).toEqual([
      '# coding : utf-16',
      '# encoding =latin-1',
    ]);
  });
});

const MARK = 'EVIL';

/** Every text of a plan and its certificate, replaced by one that tries to leave a comment or a string. */
function hostile(end: string): readonly { readonly plan: KernelPlan; readonly certificate: Certificate }[] {
  const plan = { ...planOf({ function: 'tanh', format: 'Q4.6', ulp: 1 }), name: 'k_2' };
  const certificate = unprovenCertificate(plan);
  const text = `a${end}${MARK}${end}${MARK}()`;
  const { provenance } = plan;
  return [
    { plan: { ...plan, function: text }, certificate },
    { plan: { ...plan, function: `module:./${text}.mjs` }, certificate },
    {
      plan: { ...plan, provenance: { ...provenance, command: text, notes: [text], proposal: text } },
      certificate,
    },
    {
      plan: {
        ...plan,
        provenance: { ...provenance, parameters: [{ name: text, value: text, source: 'flag' }] },
      },
      certificate,
    },
    { plan, certificate: { ...certificate, planHash: text, crc32: text, digest: text } },
  ];
}

/** A text without its comments and strings, as the target's language has them. */
const STRIPPED: Readonly<Record<string, (text: string) => string>> = {
  c: (text) => text.replace(/\/\*[^]*?\*\//g, ''),
  ezpc: (text) => text.replace(/\(\*[^]*?\*\)/g, ''),
  rust: (text) => text.replace(/\/\/.*/g, ''),
  solidity: (text) => text.replace(/\/\/.*/g, ''),
  verilog: (text) => text.replace(/\/\/.*/g, ''),
  vhdl: (text) => text.replace(/--.*/g, ''),
  python: (text) => text.replace(/#.*/g, '').replace(/"""[^]*?"""/g, ''),
  'mp-spdz': (text) => text.replace(/#.*/g, '').replace(/"""[^]*?"""/g, ''),
  ts: (text) =>
    text
      .replace(/\/\/.*/g, '')
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/"(?:[^"\\\n]|\\.)*"/g, ''),
};

const PRINTING = TARGETS.filter(({ name }) => name !== 'plan' && name !== 'wasm');

describe.each(PRINTING)('a plan from a stranger, as $name', ({ name, emit }) => {
  it.each(ENDS.map((end) => [JSON.stringify(end), end]))('stays inside comments with %s', async (_, end) => {
    for (const { plan, certificate } of hostile(end)) {
      const files = await emit(plan, certificate, { draft: true });
      for (const file of files) {
        const code = STRIPPED[name](textOf(file));
        expect(code).not.toContain(MARK);
        expect(code).toMatch(/\w/);
        expect(textOf(file)).not.toMatch(/[\r\v\f\0\u0085\u2028\u2029\u202e\u2066]/);
      }
    }
  });
});
