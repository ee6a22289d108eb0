import { describe, expect, it } from 'vitest';
import { originalKernels } from '../golden/original-kernels.js';
import { int32s, primitives } from '../golden/primitives.js';

describe('the kernels of the recorded runs', () => {
  it.each([
    ['sigmoid', primitives.sigmoid_ppApprox],
    ['tanh', primitives.tanh_ppApprox],
  ] as const)('%s', (name, { in: inputs, out }) => {
    const results = new Int32Array(inputs.length);
    originalKernels[name].array(int32s(inputs), results);
    expect(results).toEqual(int32s(out));
  });

  it('rsqrt, for the inputs that it reduces', () => {
    const cases = primitives.fxpRsqrt.in
      .map((x, i) => ({ x: Number(x), y: Number(primitives.fxpRsqrt.out[i]) }))
      .filter(({ x }) => x > 0 && x < 4 * 2 ** 24);
    expect(cases.length).toBeGreaterThan(1000);
    for (const { x, y } of cases) expect(originalKernels.rsqrt.scalar(x)).toBe(y);
  });
});
