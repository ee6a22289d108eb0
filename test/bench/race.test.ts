import { describe, expect, test } from 'vitest';
import type { Contestant } from '../../bench/contestants.js';
import { difference, race, trainingTable } from '../../bench/training.js';

/** Its parameters after epoch e are `of(e)`; it takes `seconds`. */
function contestant(name: string, of: (epoch: number) => number[], seconds = 1, exact = true): Contestant {
  let epoch = 0;
  return {
    name,
    exact,
    epoch: async () => ({ seconds, parameters: Int32Array.from(of(epoch++)) }),
    close: async () => {},
  };
}

const ORDERS = Array.from({ length: 5 }, () => new Int32Array(1));

describe('a race', () => {
  test('reports those whose parameters are right after every epoch', async () => {
    const js = contestant('js', (e) => [e, -e], 2);
    const { figures, refused } = await race(js, [contestant('c', (e) => [e, -e], 0.5)], ORDERS, 2);
    expect(refused).toEqual([]);
    expect(figures).toEqual([
      { name: 'js', seconds: { median: 2, minimum: 2 }, exact: true },
      { name: 'c', seconds: { median: 0.5, minimum: 0.5 }, exact: true },
    ]);
  });

  test('refuses one that differs in the last epoch alone, and says where', async () => {
    const js = contestant('js', (e) => [e, e]);
    const wrong = contestant('c', (e) => [e, e === 4 ? 7 : e]);
    const { figures, refused } = await race(js, [wrong], ORDERS, 2);
    expect(figures.map(({ name }) => name)).toEqual(['js']);
    expect(refused).toEqual([
      { name: 'c', reason: 'epoch 4: 1 of 2 parameters differ from js, the first at 1: 7 instead of 4' },
    ]);
  });

  test('one that fails is refused with its message and the others go on', async () => {
    const failing = contestant('c', () => {
      throw new Error('it stopped');
    });
    const { figures, refused } = await race(
      contestant('js', () => [1]),
      [failing],
      ORDERS,
      2,
    );
    expect(refused).toEqual([{ name: 'c', reason: 'epoch 0: it stopped' }]);
    expect(figures).toHaveLength(1);
  });

  test('one with an arithmetic of its own is timed but not called exact', async () => {
    const other = contestant('float', () => [99], 1, false);
    const { figures, refused } = await race(
      contestant('js', () => [1]),
      [other],
      ORDERS,
      2,
    );
    expect(refused).toEqual([]);
    expect(figures[1].exact).toBeNull();
  });

  test('a missing parameter is a difference', () => {
    expect(difference([1, 2], [1, 2, 3])).toBe('2 parameters instead of 3');
    expect(difference([1, 2, 3], [1, 2, 3])).toBeUndefined();
  });

  test('the table shows ratios of medians', () => {
    const figure = (name: string, median: number) => ({
      name,
      seconds: { median, minimum: 0 },
      exact: true as const,
    });
    const table = trainingTable({
      data: 'digits',
      samples: 100,
      rounds: 3,
      calibrationNs: 1,
      figures: [figure('js', 2), figure('wasm, 1 thread', 0.5), figure('NumPy', 8)],
      absent: [],
      refused: [],
    });
    expect(table.rows[1]).toEqual(['wasm, 1 thread', 0.5, 0, '200', 4, 16, 'yes']);
  });
});
