import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFunction, FUNCTIONS } from '../../src/function/catalogue.js';
import { dyadic, toNumber, type Dyadic } from '../../src/function/dyadic.js';
import { needs } from '../support/needs.js';
import { askMpmath, CATALOGUE } from './mpmath.js';
import { isInside } from './samples.js';

/** Inputs of formats from 8 to 64 bits, near zero and far out. */
const inputs = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 46 }), fc.bigInt(-(2n ** 46n), 2n ** 46n))
  .map(([fracBits, width, seed]) => dyadic(BigInt.asIntN(width, seed), fracBits))
  .filter((x) => Math.abs(toNumber(x)) < 512);

describe('the catalogue and mpmath', () => {
  needs('mpmath');

  it('agree within one unit, at many inputs and precisions', () => {
    const cases = FUNCTIONS.flatMap((definition, i) =>
      fc
        .sample(fc.tuple(inputs, fc.constantFrom(4, 24, 60, 112, 180)), { numRuns: 160, seed: i })
        .filter(([x]) => isInside(definition.domain, toNumber(x)))
        .map(([x, bits]) => ({ definition, x, bits })),
    );
    const asked = cases.map(({ definition, x, bits }) => [definition.name, `${x.raw}`, x.fracBits, bits]);
    const program = `${CATALOGUE}
mp.prec = 1400
print(json.dumps([scaled(F[n](number(r, b)), w) for n, r, b, w in json.load(sys.stdin)]))`;
    const floors = askMpmath<readonly string[]>(program, asked);
    expect(cases.length).toBeGreaterThan(5000);
    expect(new Set(cases.map(({ definition }) => definition.name)).size).toBe(FUNCTIONS.length);
    floors.forEach((floor, i) => {
      const { definition, x, bits } = cases[i];
      // The truth lies between floor and floor + 1.
      const difference = definition.exact(x, bits)! - BigInt(floor);
      if (difference < 0n || difference > 1n) {
        expect.fail(`${definition.name}(${toNumber(x)}) at ${bits} bits is off by ${difference}`);
      }
    });
  });

  it('have the same Taylor coefficients, each inside its enclosure', () => {
    const terms = 8;
    const bits = 70;
    const cases = FUNCTIONS.flatMap(({ name }) =>
      [-1.34375, -0.40625, 0.28125, 0.8125, 1.71875, 5.28125].map((center) => ({ name, center })),
    ).filter(({ name, center }) => isInside(findFunction(name).domain, center));
    const halfWidth: Dyadic = dyadic(1, 5);
    const program = `${CATALOGUE}
terms, bits, cases = json.load(sys.stdin)
print(json.dumps([[scaled(c * ldexp(1, -5 * k), bits) for k, c in enumerate(taylor(F[n], mpf(x), terms - 1))] for n, x in cases]))`;
    const coefficients = askMpmath<readonly (readonly string[])[]>(program, [
      terms,
      bits,
      cases.map(({ name, center }) => [name, center]),
    ]);
    coefficients.forEach((list, i) => {
      const { name, center } = cases[i];
      const raw = BigInt(center * 32);
      const expansion = findFunction(name).expand(dyadic(raw, 5), halfWidth, terms, bits);
      expect(expansion, `${name} at ${center}`).toBeDefined();
      list.forEach((text, k) => {
        const { lo, hi } = expansion![k];
        // mpmath differentiates numerically at 400 bits and more.
        const isInside = lo - 1n <= BigInt(text) && BigInt(text) <= hi;
        expect(isInside, `${name} at ${center}, coefficient ${k}: ${text} in ${lo} … ${hi}`).toBe(true);
      });
    });
  });

  it('have the same derivatives', () => {
    const points = [-1.34375, 0.28125, 0.8125, 1.71875];
    const cases = FUNCTIONS.flatMap(({ name, domain }) =>
      points.filter((x) => isInside(domain, x)).map((x) => ({ name, x })),
    ).filter(({ name }) => !['relu', 'abs', 'hard-tanh', 'leaky-relu', 'relu6'].includes(name));
    const program = `${CATALOGUE}
print(json.dumps([scaled(diff(F[n], mpf(x)), 60) for n, x in json.load(sys.stdin)]))`;
    const slopes = askMpmath<readonly string[]>(
      program,
      cases.map(({ name, x }) => [name, x]),
    );
    slopes.forEach((slope, i) => {
      const { name, x } = cases[i];
      const difference = findFunction(`d ${name}`).exact(dyadic(BigInt(x * 32), 5), 60)! - BigInt(slope);
      expect(difference >= 0n && difference <= 1n, `d ${name} at ${x}`).toBe(true);
    });
  });
});
