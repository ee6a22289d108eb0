import { describe, expect, it } from 'vitest';
import { findFunction } from '../../src/function/catalogue.js';
import { FINE_MARGIN, fineExpansion } from '../../src/verify/fine-expansion.js';
import {
  exactError,
  exactScaled,
  isHeld,
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
  it.each([
    'tanh',
    'exp',
    'rsqrt',
    'gelu',
    'softplus',
    'sin',
    'leaky-relu',
    'hard-sigmoid',
    'hard-swish',
    'cbrt',
  ])('of %s gives the errors that multiple precision gives', (name) => {
    const setting = settingOf(name);
    for (const x of [-4_321_987, 4_321_987, 33_000_001, 120_000_000]) {
      const block = blockAt(setting, x);
      if (!block || !isHeld(setting, block)) continue;
      const fine = fineExpansion(setting, block)!;
      for (let i = 0; i < 200; i++) {
        const input = block.first + Math.floor((i * block.size) / 200);
        const result = Number(exactScaled(setting, input).floor) + (i % 2);
        // Multiple precision itself gives multiples of 2^-48.
        expect(Math.abs(fine(input, result) - exactError(setting, input, result))).toBeLessThan(
          FINE_MARGIN + 0.625 * 2 ** -48,
        );
      }
    }
  });

  it('gives ties exactly', () => {
    const setting = settingOf('hard-sigmoid');
    const block = blockAt(setting, 4_321_987);
    const fine = fineExpansion(setting, block)!;
    // x/6 + ½
    const tie = block.first + ((9 - (block.first % 6)) % 6);
    expect(fine(tie, Math.floor(tie / 6) + 2 ** (BITS - 1))).toBe(0.5);
  });

  it('is none where 18 terms leave too much', () => {
    const setting = settingOf('tanh');
    expect(fineExpansion(setting, { ...blockAt(setting, 0), first: 0, size: 2 ** 25 })).toBeUndefined();
  });
});
