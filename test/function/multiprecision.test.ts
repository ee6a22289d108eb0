import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dyadic, toFixed, toNumber, type Dyadic } from '../../src/function/dyadic.js';
import {
  expFixed,
  integerRoot,
  integerSqrt,
  ln2Fixed,
  lnFixed,
  log2Fixed,
  rsqrtFixed,
  sigmoidFixed,
  tanhFixed,
} from '../../src/function/multiprecision.js';
import {
  erfcDouble,
  erfcFixed,
  erfDouble,
  erfFixed,
  twoOverRootPi,
} from '../../src/function/error-function.js';
import { atanFixed, cosFixed, piFixed, sinFixed } from '../../src/function/trigonometric.js';
import { dyadics, positiveDyadics } from './dyadics.js';
import { needs } from '../support/needs.js';
import { runPython } from '../support/python.js';

type Fixed = (x: Dyadic, bits: number) => bigint;

const runs = { numRuns: 150 };
const bits = fc.integer({ min: 8, max: 200 });
const magnitude = (value: bigint) => (value < 0n ? -value : value);

/** Fails unless two numbers with `fracBits` fraction bits differ by at most 2^-bits · units. */
function expectWithin(
  actual: bigint,
  expected: bigint,
  fracBits: number,
  units: bigint,
  count: number,
): void {
  // The working precision's own error is below 2^-20 of a unit.
  const allowed = (units << BigInt(fracBits - count)) + (1n << BigInt(Math.max(0, fracBits - count - 20)));
  if (magnitude(actual - expected) > allowed) expect.fail(`${actual} is not near ${expected} (±${allowed})`);
}

describe('identities, to the last unit', () => {
  it('e^x · e^−x = 1', () => {
    fc.assert(
      fc.property(dyadics(4), bits, (x, n) => {
        const work = n + 60;
        const product = expFixed(x, work) * expFixed({ ...x, raw: -x.raw }, work);
        expectWithin(product >> BigInt(work), 1n << BigInt(work), work, 1n, n);
        expectWithin(expFixed(x, n) << 60n, expFixed(x, work), work, 1n, n);
      }),
      runs,
    );
  });

  it('e^(2x) = (e^x)²', () => {
    fc.assert(
      fc.property(dyadics(4), bits, (x, n) => {
        const work = n + 60;
        const root = expFixed(x, work);
        expectWithin(expFixed({ ...x, raw: 2n * x.raw }, work), (root * root) >> BigInt(work), work, 1n, n);
      }),
      runs,
    );
  });

  it('ln(e^x) = x', () => {
    fc.assert(
      fc.property(dyadics(4), bits, (x, n) => {
        const work = n + 80;
        const y = expFixed(x, work);
        expectWithin(lnFixed(dyadic(y, work), work), toFixed(x, work), work, 1n, n);
      }),
      runs,
    );
  });

  it('log2(x) · ln 2 = ln x, and log2 of a power of two is a whole number', () => {
    fc.assert(
      fc.property(positiveDyadics(31), bits, (x, n) => {
        const work = n + 80;
        const product = (log2Fixed(x, work) * ln2Fixed(work)) >> BigInt(work);
        expectWithin(product, lnFixed(x, work), work, 1n, n);
        expectWithin(log2Fixed(x, n) << 80n, log2Fixed(x, work), work, 1n, n);
      }),
      runs,
    );
    for (let k = -40; k <= 40; k++) {
      const power = dyadic(k < 0 ? 1n : 1n << BigInt(k), k < 0 ? -k : 0);
      expectWithin(log2Fixed(power, 64), BigInt(k) << 64n, 64, 1n, 64);
    }
  });

  it('rsqrt(x)² · x = 1', () => {
    fc.assert(
      fc.property(positiveDyadics(31), bits, (x, n) => {
        const work = n + 80;
        const root = rsqrtFixed(x, work);
        const one = (root * root * x.raw) >> BigInt(work + x.fracBits);
        expectWithin(one, 1n << BigInt(work), work, 1n, n);
        expectWithin(rsqrtFixed(x, n) << 80n, root, work, 1n, n);
      }),
      runs,
    );
  });

  it('tanh x = (e^2x − 1) / (e^2x + 1)', () => {
    fc.assert(
      fc.property(dyadics(4), bits, (x, n) => {
        const work = n + 80;
        const square = expFixed({ ...x, raw: 2n * x.raw }, work);
        const one = 1n << BigInt(work);
        expectWithin(tanhFixed(x, n) << 80n, ((square - one) << BigInt(work)) / (square + one), work, 1n, n);
      }),
      runs,
    );
  });

  it('sigmoid x = (1 + tanh(x / 2)) / 2, and sigmoid(x) + sigmoid(−x) = 1', () => {
    fc.assert(
      fc.property(dyadics(5), bits, (x, n) => {
        const work = n + 60;
        const half = tanhFixed({ raw: x.raw, fracBits: x.fracBits + 1 }, work);
        expectWithin(sigmoidFixed(x, n) << 60n, ((1n << BigInt(work)) + half) >> 1n, work, 1n, n);
        const sum = sigmoidFixed(x, work) + sigmoidFixed({ ...x, raw: -x.raw }, work);
        expectWithin(sum, 1n << BigInt(work), work, 1n, n);
      }),
      runs,
    );
  });

  it('more bits only add digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (n) => {
        expectWithin(ln2Fixed(n) << 100n, ln2Fixed(n + 100), n + 100, 1n, n);
      }),
      runs,
    );
    expect(Number(ln2Fixed(60)) / 2 ** 60).toBe(Math.LN2);
  });

  it('integerSqrt is the floor of the root', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 300n), fc.integer({ min: 0, max: 300 }), (n, drop) => {
        const small = n >> BigInt(drop);
        const root = integerSqrt(small);
        expect(root * root <= small && small < (root + 1n) * (root + 1n)).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (let n = 0n; n < 300n; n++) expect(integerSqrt(n)).toBe(BigInt(Math.floor(Math.sqrt(Number(n)))));
  });
});

describe('circular functions', () => {
  it('sin² + cos² = 1, also far out', () => {
    fc.assert(
      fc.property(fc.oneof(dyadics(3), dyadics(63)), bits, (x, n) => {
        const work = n + 40;
        const [s, c] = [sinFixed(x, work), cosFixed(x, work)];
        expectWithin((s * s + c * c) >> BigInt(work), 1n << BigInt(work), work, 1n, n);
      }),
      runs,
    );
  });

  it('sin 2x = 2 sin x cos x', () => {
    fc.assert(
      fc.property(dyadics(40), bits, (x, n) => {
        const work = n + 40;
        const product = 2n * sinFixed(x, work) * cosFixed(x, work);
        const twice = sinFixed({ ...x, raw: 2n * x.raw }, work);
        expectWithin(twice, product >> BigInt(work), work, 1n, n);
      }),
      runs,
    );
  });

  it('atan of sin/cos is the angle, and atan 1 is π/4', () => {
    fc.assert(
      fc.property(dyadics(0), bits, (x, n) => {
        const work = n + 60;
        const tangent = (sinFixed(x, work) << BigInt(work)) / cosFixed(x, work);
        expectWithin(atanFixed(dyadic(tangent, work), work), toFixed(x, work), work, 1n, n);
      }),
      runs,
    );
    expectWithin(4n * atanFixed(dyadic(1, 0), 200), piFixed(200), 200, 1n, 190);
    expect(Number(piFixed(60)) / 2 ** 60).toBe(Math.PI);
    expect(sinFixed(dyadic(0, 5), 90)).toBe(0n);
    expect(cosFixed(dyadic(0, 5), 90)).toBe(1n << 90n);
  });

  it('integerRoot is the floor of the root', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 900n),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 2, max: 12 }),
        (n, drop, degree) => {
          const small = n >> BigInt(drop);
          const root = integerRoot(small, degree);
          const exponent = BigInt(degree);
          expect(root ** exponent <= small && small < (root + 1n) ** exponent).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
    for (let n = 0n; n < 130n; n++) expect(integerRoot(n ** 3n, 3)).toBe(n);
  });
});

describe('the error function in doubles', () => {
  it('is within a few units of its last place, both tails included', () => {
    for (let x = -7; x < 26; x += 0.0371) {
      const bits = 64 + Math.ceil(Math.max(0, x) ** 2 * 1.5);
      const raw = BigInt(Math.round(x * 2 ** 40));
      const at = Number(raw) * 2 ** -40;
      const exact = Number(erfcFixed(dyadic(raw, 40), bits)) * 2 ** -64 * 2 ** (64 - bits);
      expect(Math.abs(erfcDouble(at) / exact - 1)).toBeLessThan(1e-14);
    }
    for (let x = -4; x < 4; x += 0.0137) {
      const raw = BigInt(Math.round(x * 2 ** 40));
      const exact = Number(erfFixed(dyadic(raw, 40), 120)) * 2 ** -120;
      expect(Math.abs(erfDouble(Number(raw) * 2 ** -40) / exact - 1)).toBeLessThan(1e-15);
    }
    expect([erfDouble(0), erfcDouble(0), erfcDouble(40), erfcDouble(-40)]).toEqual([0, 1, 0, 2]);
    expect(erfcDouble(NaN)).toBeNaN();
    expect(Number(twoOverRootPi(70)) / 2 ** 70).toBe(2 / Math.sqrt(Math.PI));
  });
});

describe('ends', () => {
  it.each([
    ['ln', lnFixed],
    ['log2', log2Fixed],
    ['rsqrt', rsqrtFixed],
  ] as [string, Fixed][])('%s throws where it is not defined, and does not hang', (_, f) => {
    for (const raw of [0, -1, -(2 ** 31)]) expect(() => f(dyadic(raw, 24), 64)).toThrow(RangeError);
  });

  it.each([
    ['exp', expFixed, -(2n ** 31n), 0n],
    ['tanh', tanhFixed, 2n ** 31n, 1n << 64n],
    ['tanh', tanhFixed, -(2n ** 31n), -(1n << 64n)],
    ['sigmoid', sigmoidFixed, 2n ** 31n, 1n << 64n],
    ['sigmoid', sigmoidFixed, -(2n ** 31n), 0n],
  ] as [string, Fixed, bigint, bigint][])('%s is quick and right far out', (_, f, raw, limit) => {
    expectWithin(f(dyadic(raw, 0), 64), limit, 64, 1n, 64);
  });

  it('tanh 0 = 0, sigmoid 0 = 1/2 and exp 0 = 1, exactly', () => {
    expect(expFixed(dyadic(0, 24), 100)).toBe(1n << 100n);
    expect(tanhFixed(dyadic(0, 24), 100)).toBe(0n);
    expect(sigmoidFixed(dyadic(0, 24), 100)).toBe(1n << 99n);
  });
});

/** f(x) · 2^bits, floored, by mpmath. One interpreter for all of them. */
const MPMATH = `
import sys, json
from mpmath import mp, mpf, exp, log, tanh, sqrt, floor, sin, cos, atan, erf, erfc, root
mp.prec = 900
f = {
  'exp': exp, 'ln': log, 'log2': lambda x: log(x) / log(mpf(2)),
  'tanh': tanh, 'sigmoid': lambda x: 1 / (1 + exp(-x)), 'rsqrt': lambda x: 1 / sqrt(x),
  'sin': sin, 'cos': cos, 'atan': atan, 'erf': erf, 'erfc': erfc,
}
print(json.dumps([str(int(floor(f[n](mpf(int(r)) / mpf(2) ** b) * mpf(2) ** w))) for n, r, b, w in json.load(sys.stdin)]))
`;

describe('mpmath', () => {
  needs('mpmath');

  it('agrees within one unit', () => {
    const functions: readonly [string, Fixed, fc.Arbitrary<Dyadic>][] = [
      ['exp', expFixed, dyadics(6)],
      ['ln', lnFixed, positiveDyadics(31)],
      ['log2', log2Fixed, positiveDyadics(31)],
      ['tanh', tanhFixed, dyadics(6)],
      ['sigmoid', sigmoidFixed, dyadics(6)],
      ['rsqrt', rsqrtFixed, positiveDyadics(31)],
      ['sin', sinFixed, dyadics(3)],
      ['sin', sinFixed, dyadics(63)],
      ['cos', cosFixed, dyadics(3)],
      ['cos', cosFixed, dyadics(63)],
      ['atan', atanFixed, dyadics(1)],
      ['atan', atanFixed, dyadics(31)],
      ['erf', erfFixed, dyadics(2)],
      ['erf', erfFixed, dyadics(5)],
      ['erfc', erfcFixed, dyadics(3)],
    ];
    const cases = functions.flatMap(([name, f, argument]) =>
      fc
        .sample(fc.tuple(argument, fc.constantFrom(1, 16, 72, 128, 256)), { numRuns: 120, seed: 1 })
        .map(([x, count]) => ({ name, f, x, count })),
    );
    const input = JSON.stringify(
      cases.map(({ name, x, count }) => [name, x.raw.toString(), x.fracBits, count]),
    );
    (JSON.parse(runPython(MPMATH, input).toString()) as string[]).forEach((floor, i) => {
      const { name, f, x, count } = cases[i];
      // The truth lies between floor and floor + 1.
      const difference = f(x, count) - BigInt(floor);
      if (difference < -1n || difference > 1n) {
        expect.fail(`${name}(${toNumber(x)}) at ${count} bits is off by ${difference}`);
      }
    });
  });
});
