import { describe, expect, it } from 'vitest';
import { clamp, outputError } from '../../src/segment/output-error.js';

const limits = { min: -128, max: 127 };

describe('the error of a result', () => {
  it.each([
    { result: 10, scaled: 9.25, error: 0.75 },
    { result: 10, scaled: 10.75, error: 0.75 },
    { result: 300, scaled: 126.5, error: 0.5 },
    { result: 127, scaled: 1e9, error: 0 },
    { result: -300, scaled: -1e9, error: 0 },
    { result: 300, scaled: 400, error: 0 },
  ])('$result for $scaled is $error, both clamped', ({ result, scaled, error }) => {
    expect(outputError(result, scaled, limits)).toBe(error);
  });

  it.each([
    { what: 'odd, at the limit', mirrorSum: 0, result: 127, scaled: 128, error: 0 },
    { what: 'odd, below it', mirrorSum: 0, result: 126, scaled: 128, error: 2 },
    { what: 'odd', mirrorSum: 0, result: 20, scaled: 20.5, error: 0.5 },
    { what: 'point', mirrorSum: 256, result: 128, scaled: 128, error: 0 },
    { what: 'point, at the limit', mirrorSum: 128, result: 127, scaled: 127.75, error: 0 },
    { what: 'point, far beyond it', mirrorSum: 128, result: 127, scaled: 400, error: 129 },
  ])('counts its mirror where it is folded: $what', ({ mirrorSum, result, scaled, error }) => {
    expect(outputError(result, scaled, { ...limits, mirrorSum })).toBe(error);
  });

  it('clamps to the nearest end', () => {
    expect([clamp(-129, limits), clamp(-128, limits), clamp(5.5, limits), clamp(127.5, limits)]).toEqual([
      -128, -128, 5.5, 127,
    ]);
  });
});
