import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dyadic } from '../../src/function/dyadic.js';
import { loadModule } from '../../src/function/module.js';
import { ApproxgenError } from '../../src/diagnostic.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'module-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
function moduleOf(text: string): string {
  const file = join(folder, `f${count++}.mjs`);
  writeFileSync(file, text);
  return file;
}

const NAME = "export const name = 'half_square';\n";
const EVALUATE = 'export const evaluate = (x) => (x * x) / 2;\n';
const EXACT = `export function exact(raw, fracBits, bits) {
  const shift = BigInt(2 * fracBits + 1 - bits);
  return shift > 0n ? (raw * raw) >> shift : (raw * raw) << -shift;
}
`;

async function refusal(file: string): Promise<ApproxgenError['diagnostic']> {
  try {
    await loadModule(file);
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic;
    throw error;
  }
  throw new TypeError(`${file} was loaded`);
}

describe('a module of a user', () => {
  it('is a function like any other, without an expansion', async () => {
    const definition = await loadModule(moduleOf(NAME + EVALUATE + EXACT));
    expect(definition).toMatchObject({
      name: 'half_square',
      identifier: 'half_square',
      reduction: { kind: 'none' },
    });
    expect(definition.exact(dyadic(3, 1), 4)).toBe(18n);
    expect(definition.evaluate(3)).toBe(4.5);
    expect(definition.expand(dyadic(0, 0), dyadic(1, 0), 3, 20)).toBeUndefined();
    expect(definition.domain).toEqual([
      { from: -Infinity, to: Infinity, fromIncluded: false, toIncluded: false },
    ]);
  });

  it('may say its formula and its domain', async () => {
    const text = `${NAME + EVALUATE + EXACT}export const formula = 'x²/2';\nexport const domain = [[-1, 2], [3, Infinity]];\n`;
    const { formula, domain, outside } = await loadModule(moduleOf(text));
    expect(formula).toBe('x²/2');
    expect(domain).toEqual([
      { from: -1, to: 2, fromIncluded: true, toIncluded: true },
      { from: 3, to: Infinity, fromIncluded: true, toIncluded: false },
    ]);
    expect([outside(-5), outside(2.25), outside(2.75)]).toEqual([0.5, 2, 4.5]);
  });

  it.each([
    ['no name', EVALUATE + EXACT, /its name is undefined/],
    ['a name that is none', `export const name = 'a b';\n${EVALUATE}${EXACT}`, /"a b"; expected a letter/],
    ['no evaluate', NAME + EXACT, /exports evaluate as undefined/],
    ['exact that is a number', `${NAME}${EVALUATE}export const exact = 3;`, /exports exact as number/],
    ['a syntax error', `${NAME}${EVALUATE}export exact`, /can't be imported/],
    ['code that throws', `${NAME}${EVALUATE}${EXACT}throw new Error('no');`, /can't be imported: no/],
    [
      'an exact form in doubles',
      `${NAME}${EVALUATE}export const exact = (raw, fracBits, bits) => 2 ** bits;`,
      /is a number; expected a bigint/,
    ],
    [
      'two forms that disagree',
      `${NAME}export const evaluate = (x) => x * x;\n${EXACT}`,
      /evaluate gives .* and exact/,
    ],
    [
      'an exact form of another precision',
      `${NAME}${EVALUATE}${EXACT.replace('export function exact', 'function good')}export const exact = (r, f, b) => good(r, f, b < 90 ? b + 1 : b);`,
      /is not what it is with/,
    ],
    [
      'a domain on which it has no value',
      `${NAME}${EVALUATE}export const exact = () => undefined;`,
      /exact has no value at .* which is in its domain/,
    ],
    [
      'a domain that is none',
      `${NAME}${EVALUATE}${EXACT}export const domain = [[1, 0]];`,
      /its domain is \[\[1,0\]\]/,
    ],
    [
      'a domain that overlaps',
      `${NAME}${EVALUATE}${EXACT}export const domain = [[0, 2], [1, 3]];`,
      /ascending/,
    ],
    [
      'a formula that is no text',
      `${NAME}${EVALUATE}${EXACT}export const formula = 1;`,
      /its formula is a number/,
    ],
  ])('with %s is refused', async (_, text, message) => {
    const diagnostic = await refusal(moduleOf(text));
    expect(diagnostic).toMatchObject({ code: 'bad-module', path: '--module' });
    expect(diagnostic.message).toMatch(message);
  });

  it('whose exact form is off by 2^-30 at one input is refused where that is asked for', async () => {
    const off = EXACT.replace('export function exact', 'function good').concat(
      'export const exact = (r, f, b) => good(r, f, b) + (r === 5000n && f === 12 && b >= 30 ? 1n << BigInt(b - 30) : 0n);',
    );
    const { exact } = await loadModule(moduleOf(NAME + EVALUATE + off));
    expect(exact(dyadic(4999, 12), 60)).toBe((4999n ** 2n) << 35n);
    expect(() => exact(dyadic(5000, 12), 60)).toThrow(
      /at 1\.220703125, evaluate gives 0\.745.* and exact 0\.745/,
    );
  });

  it('that is not there is refused', async () => {
    expect((await refusal(join(folder, 'none.mjs'))).message).toMatch(/no such file/);
  });
});
