import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pythonTarget } from '../../src/emit/python.js';
import { snakeSymbol } from '../../src/emit/symbol.js';
import { textOf } from '../../src/emit/target.js';
import { vectorsOf } from '../../src/emit/vectors.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';
import { outputOf, runSync } from '../support/processes.js';
import { PYTHON } from '../support/python.js';
import { takes, unprovenCertificate } from './module.js';

const folder = mkdtempSync(join(tmpdir(), 'approxgen-python-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(plan: KernelPlan): Promise<void> {
  const [file] = await pythonTarget.emit(plan, unprovenCertificate(plan));
  writeFileSync(join(folder, `${plan.name}.py`), textOf(file));
}

const named = (name: string, plan: string): KernelPlan => ({ ...PLANS[plan](), name });

describe('a printed module of Python', () => {
  describe('under mypy', () => {
    needs('mypy');

    it('is strictly typed, and so are its test and what calls it', async () => {
      const plans = Object.values(PLANS)
        .map((make, i) => ({ ...make(), name: `kernel_${i}` }))
        .filter((plan) => takes(pythonTarget, plan));
      expect(plans.length).toBeGreaterThan(50);
      for (const plan of plans) await write(plan);
      const [tested] = plans;
      const test = await pythonTarget.test?.(tested, vectorsOf(tested));
      writeFileSync(join(folder, `${tested.name}_test.py`), test === undefined ? '' : textOf(test));
      const caller = `import numpy as np
import numpy.typing as npt
from ${tested.name} import ${snakeSymbol(tested)} as kernel

x: int = kernel(1) + kernel(np.int32(1)) + kernel(np.uint8(1))
y: npt.NDArray[np.int16] = kernel(np.array([1, 2]))
`;
      writeFileSync(join(folder, 'caller.py'), caller);
      const files = [...plans.map(({ name }) => `${name}.py`), `${tested.name}_test.py`, 'caller.py'];
      const { stdout, status } = runSync('mypy', ['--strict', ...files], { cwd: folder });
      expect([stdout.toString(), status]).toEqual([expect.stringMatching(/^Success/), 0]);
      writeFileSync(join(folder, 'caller.py'), `${caller}z: str = kernel(1)\nkernel(1.5)\n`);
      const wrong = runSync('mypy', ['--strict', 'caller.py'], { cwd: folder });
      expect(wrong.stdout.toString()).toMatch(/Found 2 errors/);
    });
  });

  it('loads without NumPy', async () => {
    await write(named('bare', 'odd, tail as a row'));
    const check = `import sys
sys.modules["numpy"] = None
import bare
print(bare.tanh(100))
`;
    const plan = PLANS['odd, tail as a row']();
    expect(outputOf(PYTHON, ['-c', check], { cwd: folder }).toString().trim()).toBe(
      String(interpret(plan, 100n)),
    );
  });

  describe('with NumPy', () => {
    needs('numpy');

    it('takes its scalars as integers, without an array', async () => {
      await write(named('scalars', 'odd, tail as a row'));
      const check = `import numpy as np
import scalars

def no_array(x):
    raise AssertionError(f"{x!r} became an array")

own, scalars._array = scalars._array, no_array
for kind in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint64):
    y = scalars.tanh(kind(100))
    assert type(y) is int and y == scalars.tanh(100), kind
for bad in (1.5, np.float64(1), np.bool_(True), [1], "1", None):
    try:
        scalars.tanh(bad)
    except TypeError:
        continue
    raise AssertionError(f"{bad!r} was taken")
scalars._array = own
for x in (np.array(100), np.array([100]), np.array([[100]]), np.array([], dtype=int)):
    y = scalars.tanh(x)
    assert isinstance(y, np.ndarray) and y.shape == x.shape and y.dtype == np.int16, repr(y)
print("right")
`;
      expect(outputOf(PYTHON, ['-c', check], { cwd: folder }).toString()).toBe('right\n');
    });
  });
});
