import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { FINE_BITS, fineExpansion, roundedValue } from '../../src/verify/fine-expansion.js';
import {
  exactScaled,
  LARGEST_BLOCK,
  referenceBlocks,
  type ReferenceBlock,
  type ReferenceSetting,
} from '../../src/verify/reference.js';

const BITS = 24;

function settingOf(name: string): ReferenceSetting {
  const definition = findFunction(name);
  return { definition, inputFracBits: BITS, outputFracBits: BITS, min: -(2 ** 31), max: 2 ** 31 - 1 };
}

/** The block that holds an input. */
function blockAt(setting: ReferenceSetting, x: number): ReferenceBlock {
  const blocks: ReferenceBlock[] = [];
  const aligned = Math.floor(x / LARGEST_BLOCK) * LARGEST_BLOCK;
  referenceBlocks(setting, aligned, LARGEST_BLOCK, x, x, (block) => blocks.push(block));
  return blocks[0];
}

describe('the finer expansion of a block', () => {
  it.each(['tanh', 'exp', 'rsqrt', 'gelu', 'softplus', 'sin', 'leaky-relu', 'hard-swish', 'cbrt'])(
    'of %s gives what multiple precision gives, or nothing',
    (name) => {
      const setting = settingOf(name);
      for (const x of [4_321_987, 33_000_001, 120_000_000]) {
        const block = blockAt(setting, x);
        const fine = fineExpansion(setting, block);
        expect(fine!.margin).toBeLessThan(1n << BigInt(FINE_BITS - 64));
        const inputs = Array.from(
          { length: 200 },
          (_, i) => block.first + Math.floor((i * block.size) / 200),
        );
        const given = inputs.filter((input) => {
          const value = roundedValue(fine!, input);
          if (value) expect({ input, ...value }).toEqual({ input, ...exactScaled(setting, input) });
          return value !== undefined;
        });
        // A quarter of all values are too far from a multiple of 2^-48.
        expect(given.length).toBeGreaterThan(100);
      }
    },
  );

  it('always gives values that are such multiples', () => {
    const setting = settingOf('hard-swish');
    const block = blockAt(setting, 120_000_000);
    const fine = fineExpansion(setting, block)!;
    for (let i = 0; i < 100; i++) expect(roundedValue(fine, block.first + i)).toBeDefined();
  });

  it('is none where 18 terms leave too much', () => {
    const setting = settingOf('tanh');
    expect(fineExpansion(setting, { ...blockAt(setting, 0), first: 0, size: 2 ** 25 })).toBeUndefined();
  });
});
