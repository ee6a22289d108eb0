import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxRaw, minRaw, parseFormat } from '../../src/fixedpoint/format.js';
import { findFunction } from '../../src/function/catalogue.js';
import { dyadic } from '../../src/function/dyadic.js';
import {
  exactDifference,
  LARGEST_BLOCK,
  referenceBlocks,
  scaledReference,
  type ReferenceBlock,
  type ReferenceSetting,
} from '../../src/verify/reference.js';

const CASES = [
  ['tanh', 'Q8.24', 'Q8.24'],
  ['tanh', 'Q4.12', 'Q1.31'],
  ['sigmoid', 'Q8.24', 'Q8.24'],
  ['sigmoid', 'UQ4.28', 'UQ0.32'],
  ['rsqrt', 'Q8.24', 'Q8.24'],
  ['rsqrt', 'UQ0.32', 'UQ16.16'],
  ['exp', 'Q8.24', 'Q8.24'],
  ['exp', 'Q4.12', 'UQ12.20'],
  ['log2', 'Q8.24', 'Q8.24'],
  ['log2', 'UQ0.16', 'Q6.26'],
  ['gelu', 'Q8.24', 'Q8.24'],
  ['mish', 'Q4.12', 'Q4.12'],
  ['sin', 'Q8.24', 'Q2.30'],
  ['tan', 'Q8.24', 'Q8.24'],
  ['reciprocal', 'Q8.24', 'Q8.24'],
  ['softsign', 'Q4.20', 'Q2.22'],
  ['selu', 'Q8.24', 'Q8.24'],
  ['asin', 'Q2.22', 'Q2.30'],
  ['hard-swish', 'Q8.24', 'Q8.24'],
  ['d silu', 'Q8.8', 'Q8.24'],
  ['cbrt', 'Q8.24', 'Q8.24'],
  ['sqrt(1-x^2)/(x-0.3)', 'Q2.14', 'Q8.24'],
  ['log(x^2)', 'Q16.16', 'Q16.16'],
] as const;

function settingOf([name, input, output]: readonly [string, string, string]) {
  const [from, to] = [parseFormat(input), parseFormat(output)];
  const setting: ReferenceSetting = {
    definition: findFunction(name),
    inputFracBits: from.fracBits,
    outputFracBits: to.fracBits,
    min: minRaw(to),
    max: maxRaw(to),
  };
  const { from: low, fromIncluded } = setting.definition.domain[0];
  const first = low * 2 ** from.fracBits;
  const least = Math.max(minRaw(from), fromIncluded ? first : Math.floor(first) + 1);
  return { setting, least, greatest: greatestOf(setting, maxRaw(from)) };
}

/** The last input of the domain. */
function greatestOf({ definition, inputFracBits }: ReferenceSetting, most: number): number {
  const last = definition.domain[definition.domain.length - 1].to * 2 ** inputFracBits;
  return Math.min(most, Math.floor(last));
}

function valueAt(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const s = (x - block.center) * block.inverseHalfWidth;
  const residual = block.coefficients.reduceRight((sum, c) => sum * s + c, 0);
  return Math.max(setting.min - block.base, Math.min(setting.max - block.base, residual));
}

function isDefined({ definition, inputFracBits }: ReferenceSetting, x: number): boolean {
  return definition.exact(dyadic(x, inputFracBits), 8) !== undefined;
}

/** |block − truth| in ulps, the truth with 90 bits beyond the output's. */
function offBy(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const extra = 90n;
  const bits = setting.outputFracBits + Number(extra);
  const exact = setting.definition.exact(dyadic(x, setting.inputFracBits), bits);
  if (exact === undefined) throw new TypeError(`no value at ${x}`);
  const [low, high] = [setting.min, setting.max].map((limit) => BigInt(limit) << extra);
  const clamped = exact < low ? low : exact > high ? high : exact;
  const residual = Number(clamped - (BigInt(block.base) << extra)) * 2 ** -90;
  return Math.abs(residual - valueAt(setting, block, x));
}

function blocksFrom(setting: ReferenceSetting, first: number, from: number, to: number): ReferenceBlock[] {
  const blocks: ReferenceBlock[] = [];
  referenceBlocks(setting, first, LARGEST_BLOCK, from, to, (block) => blocks.push(block));
  return blocks;
}

const alignedBelow = (x: number) => Math.floor(x / LARGEST_BLOCK) * LARGEST_BLOCK;

describe.each(CASES)('reference blocks of %s, %s → %s', (...names) => {
  const { setting, least, greatest } = settingOf(names);
  const places = [
    ...new Set([least, 0, 1, 40_000, 2 ** 20, greatest - 70_000, greatest].map(alignedBelow)),
  ].filter((first) => first + LARGEST_BLOCK > least && first <= greatest);

  it('are within their margin of multiple precision: ends, centre, between', () => {
    for (const first of places) {
      const [from, to] = [Math.max(first, least), Math.min(first + LARGEST_BLOCK - 1, greatest)];
      const blocks = blocksFrom(setting, first, from, to);
      // Next to zero of 1/√x every input is a block of its own: a spread of them will do.
      const every = Math.ceil(blocks.length / 40);
      for (const block of blocks.filter((_, i) => i % every === 0)) {
        expect(block.margin).toBeLessThanOrEqual(2 ** -24);
        const probes = [0, 1, 0.03, 0.21, 0.5, 0.77, 0.98].map(
          (part) => block.first + Math.round(part * (block.size - 1)),
        );
        for (const x of probes) {
          if (x >= from && x <= to) expect(offBy(setting, block, x)).toBeLessThanOrEqual(block.margin);
        }
      }
    }
  });

  it('are within their margin at any input', () => {
    fc.assert(
      fc.property(fc.integer({ min: least, max: greatest }), (x) => {
        if (!isDefined(setting, x)) return;
        const [block] = blocksFrom(setting, alignedBelow(x), x, x).filter(
          ({ first, size }) => first <= x && x < first + size,
        );
        expect(offBy(setting, block, x)).toBeLessThanOrEqual(block.margin);
      }),
      { numRuns: 40 },
    );
  });

  it('cover what is asked for, in order and once, and are the same for a part', () => {
    const first = alignedBelow(Math.max(least, 1));
    const [from, to] = [Math.max(least, first + 3), Math.min(greatest, first + 5000)];
    const blocks = blocksFrom(setting, first, from, to).filter(
      (b) => b.first + b.size > from && b.first <= to,
    );
    expect(blocks[0].first).toBeLessThanOrEqual(from);
    // Only inputs without a value may be left out.
    let next = from;
    for (const { first: start, size } of [...blocks, { first: to + 1, size: 0 }]) {
      for (; next < start; next++) expect(isDefined(setting, next)).toBe(false);
      next = start + size;
    }
    expect(next).toBeGreaterThan(to);
    const middle = blocks[blocks.length >> 1];
    expect(blocksFrom(setting, first, middle.first, middle.first)).toContainEqual(middle);
  });
});

describe('a reference clamped to the format', () => {
  const { setting } = settingOf(['rsqrt', 'Q8.24', 'Q8.24']);

  it('is the limit itself where f is beyond it, in one block', () => {
    // 1/√x reaches 2^7 at x = 2^-14: raw 1024.
    expect(scaledReference(setting, 900)).toBe(2 ** 31 - 1);
    const [block] = blocksFrom(setting, 0, 1, 1).filter((b) => b.first <= 1);
    expect(valueAt(setting, block, 1) + block.base).toBe(2 ** 31 - 1);
    expect(scaledReference(setting, 1100)).toBeLessThan(2 ** 31 - 1);
  });

  it('judges a saturated result as right', () => {
    expect(exactDifference(setting, 1, 2 ** 31 - 1)).toBe(0);
    expect(exactDifference(setting, 1, 2 ** 31 - 3)).toBe(-2);
  });
});

describe('the margin of a block', () => {
  const cases = CASES.filter(([name]) => ['tanh', 'gelu', 'rsqrt', 'sin'].includes(name));

  it.each(cases)('is not far too wide, and no coefficient of %s, %s → %s could be another', (...names) => {
    const { setting, least, greatest } = settingOf(names);
    let noticed = 0;
    let steep = 0;
    const middle = Math.max(least, Math.floor(greatest / 64));
    for (const block of blocksFrom(setting, alignedBelow(middle), middle, middle + 2 ** 12).slice(0, 3)) {
      if (block.size < 4) continue;
      const inputs = Array.from(
        { length: 65 },
        (_, i) => block.first + Math.floor((i / 64) * (block.size - 1)),
      );
      const worstOf = (candidate: ReferenceBlock) =>
        Math.max(...inputs.map((x) => offBy(setting, candidate, x)));
      expect(worstOf(block)).toBeLessThanOrEqual(block.margin);
      block.coefficients.forEach((value, k) => {
        const coefficients = Float64Array.from(block.coefficients);
        coefficients[k] = value + 2.5 * block.margin;
        steep++;
        if (worstOf({ ...block, coefficients }) > block.margin) noticed++;
      });
    }
    expect(steep).toBeGreaterThan(0);
    expect(noticed).toBe(steep);
  });

  it('is noticed where it is claimed too narrow', () => {
    const { setting } = settingOf(['tanh', 'Q8.24', 'Q8.24']);
    const first = 2 ** 23;
    const largest = blocksFrom(setting, alignedBelow(first), first, first + 2 ** 16).toSorted(
      (a, b) => b.margin - a.margin,
    )[0];
    const inputs = Array.from(
      { length: 400 },
      (_, i) => largest.first + Math.floor((i / 399) * (largest.size - 1)),
    );
    const worst = Math.max(...inputs.map((x) => offBy(setting, largest, x)));
    expect(worst).toBeLessThanOrEqual(largest.margin);
    // The bound is no more than a few times what is really reached, so a smaller one would not hold.
    expect(worst).toBeGreaterThan(largest.margin / 8);
  });
});

describe('a block', () => {
  it.each([
    ['relu', 'Q8.24', 'Q8.24', true],
    ['x/2 + 3/8', 'Q8.24', 'Q8.24', true],
    ['-5*x', 'Q8.24', 'Q8.20', true],
    // Three quarters of an ulp an input, 2^-21 ulp more, a third; a value that is no multiple; and a curve.
    ['x*3/4', 'Q8.24', 'Q8.24', true],
    ['x*(3/4 + 2^-21)', 'Q8.24', 'Q8.24', false],
    ['x/3', 'Q8.24', 'Q8.24', false],
    ['x + 2^-46', 'Q8.24', 'Q8.24', false],
    ['x^2', 'Q8.24', 'Q8.24', false],
    ['tanh', 'Q8.24', 'Q8.24', false],
  ] as const)('of %s, %s → %s, is exact: %s', (name, input, output, isExact) => {
    const { setting } = settingOf([name, input, output]);
    const blocks = blocksFrom(setting, 2 ** 22, 2 ** 22, 2 ** 22 + 2 ** 20 - 1);
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      expect(block.exact).toBe(isExact);
      const probes = [0, 1, 12_345, block.size - 1].map((i) => block.first + Math.min(i, block.size - 1));
      if (isExact) for (const x of probes) expect(offBy(setting, block, x)).toBe(0);
    }
  });
});

describe('inputs without a value', () => {
  it.each([
    ['reciprocal', 'Q8.8', 0, 1],
    ['asin', 'Q4.8', 257, 2047 - 256],
    ['log2', 'Q4.8', -2048, 2049],
    ['1/(x^2-4)', 'Q4.8', 512, 1],
  ])('of %s in %s have no block', (name, format, first, count) => {
    const { setting } = settingOf([name, format, 'Q8.8']);
    const visited = new Set<number>();
    const [from, to] = [-(2 ** 11), 2 ** 11 - 1];
    for (const start of [-LARGEST_BLOCK, 0]) {
      referenceBlocks(setting, start, LARGEST_BLOCK, from, to, (block) => {
        for (let x = block.first; x < block.first + block.size; x++) {
          expect(visited.has(x)).toBe(false);
          visited.add(x);
        }
      });
    }
    const missing = Array.from({ length: 2 ** 12 }, (_, i) => from + i).filter((x) => !visited.has(x));
    expect(missing.slice(missing.indexOf(first), missing.indexOf(first) + count)).toEqual(
      Array.from({ length: count }, (_, i) => first + i),
    );
    for (const x of missing) expect(isDefined(setting, x)).toBe(false);
  });

  it('can not be judged', () => {
    const { setting } = settingOf(['log2', 'Q8.24', 'Q8.24']);
    expect(() => exactDifference(setting, 0, 0)).toThrow(/log2 has no value at 0/);
  });
});
