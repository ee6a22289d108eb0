import { describe, expect, it } from 'vitest';
import { createRandomStream, randomStreamFrom } from '../../src/data/random.js';

describe('the random stream', () => {
  it('is xoshiro128** 1.1', () => {
    const stream = randomStreamFrom([1, 2, 3, 4]);
    const words = Array.from({ length: 10 }, stream.word);
    // What the authors' reference implementation in C prints.
    expect(words).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('starts somewhere else for each seed, 0 included', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, seed) => createRandomStream(seed).word()));
    expect(firsts.size).toBe(1000);
    expect(createRandomStream(0).word()).not.toBe(0);
  });

  it('keeps to its ranges and means', () => {
    const { unit, bell, between, below } = createRandomStream(7);
    const count = 20000;
    let unitSum = 0;
    let bellSum = 0;
    let bellSquares = 0;
    const faces = new Uint32Array(6);
    for (let index = 0; index < count; index++) {
      const flat = unit();
      const curved = bell();
      const ranged = between(-3, -2);
      expect(flat >= 0 && flat < 1 && curved > -1 && curved < 1 && ranged >= -3 && ranged < -2).toBe(true);
      unitSum += flat;
      bellSum += curved;
      bellSquares += curved * curved;
      faces[below(6)]++;
    }
    expect(unitSum / count).toBeCloseTo(0.5, 1);
    expect(bellSum / count).toBeCloseTo(0, 1);
    expect(Math.sqrt(bellSquares / count)).toBeCloseTo(1 / 3, 2);
    for (const face of faces) expect(Math.abs(face - count / 6)).toBeLessThan(300);
  });
});
