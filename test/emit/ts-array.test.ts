import { describe, expect, it } from 'vitest';
import { abreast } from '../../src/emit/ts-array.js';

describe('an array function', () => {
  it('takes each step of a scalar one for some elements before the next', () => {
    const scalar = ['const a = xRaw >> 1;', 'let y = a * 3;', 'y += a;', 'return y | 0;'];
    expect(abreast(scalar)).toEqual({
      count: 4,
      statements: [
        ...['const xRaw0 = src[i]!;', 'const xRaw1 = src[i + 1]!;'],
        ...['const xRaw2 = src[i + 2]!;', 'const xRaw3 = src[i + 3]!;'],
        ...[0, 1, 2, 3].map((k) => `const a${k} = xRaw${k} >> 1;`),
        ...[0, 1, 2, 3].map((k) => `let y${k} = a${k} * 3;`),
        ...[0, 1, 2, 3].map((k) => `y${k} += a${k};`),
        ...['dst[i] = y0 | 0;', 'dst[i + 1] = y1 | 0;', 'dst[i + 2] = y2 | 0;', 'dst[i + 3] = y3 | 0;'],
      ],
    });
  });

  it('renames whole names of its own alone', () => {
    const statements = abreast(['const t = T[xRaw] + other.t1;', 'return t + at;'])?.statements;
    expect(statements).toContain('const t2 = T[xRaw2] + other.t1;');
    expect(statements).toContain('dst[i + 2] = t2 + at;');
  });

  it.each([
    ['a condition', ['if (xRaw < 0) return 0;', 'const y = xRaw;', 'return y;']],
    ['a block', ['let y = xRaw;', 'if (y > 1) {', 'y = 0;', '}', 'return y;']],
    ['no result at the end', ['const y = xRaw;', 'if (y) return y;']],
  ])('calls it instead where it has %s', (_, statements) => {
    expect(abreast(statements)).toBeUndefined();
  });
});
