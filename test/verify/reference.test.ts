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
  const least = setting.definition.domain[0].from === 0 ? 1 : minRaw(from);
  return { setting, least, greatest: maxRaw(from) };
}

function valueAt(setting: ReferenceSetting, block: ReferenceBlock, x: number): number {
  const s = (x - block.center) * block.inverseHalfWidth;
  const residual = block.coefficients.reduceRight((sum, c) => sum * s + c, 0);
  return Math.max(setting.min - block.base, Math.min(setting.max - block.base, residual));
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
    for (let i = 1; i < blocks.length; i++) {
      expect(blocks[i].first).toBe(blocks[i - 1].first + blocks[i - 1].size);
    }
    const last = blocks[blocks.length - 1];
    expect(last.first + last.size).toBeGreaterThan(to);
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
