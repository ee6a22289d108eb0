import { describe, expect, test } from 'vitest';
import { isMet, targetFigures, targetsTable } from '../../bench/targets.js';

/** On a machine that is idle in the quickest of all runs: then it takes three quarters. */
const timing = (median: number) => ({ median, minimum: 0.75 * median });
/** Ratios that were measured. */
const ratio = (least: number) => ({ median: least / 2, least });

const proven = (inputs: number, seconds: number) => ({
  kernel: 'tanh',
  inputs,
  threads: 2,
  seconds: timing(seconds),
  processorSeconds: seconds,
  millionInputsPerSecond: inputs / seconds / 1e6,
  mathNanoseconds: 1,
  timesMathTanh: 1,
});

describe('targets', () => {
  test('each is computed from the run, and met or missed by its least times', () => {
    const figure = (name: string, median: number) => ({
      name,
      seconds: timing(median),
      exact: true as const,
    });
    const kernel = (target: string, form: 'scalar' | 'array', timesMath: number) => ({
      kernel: 'tanh_q8_24',
      target,
      form,
      function: 'tanh',
      nanoseconds: timing(1),
      timesMath: ratio(timesMath),
    });
    const figures = targetFigures({
      training: {
        data: '',
        samples: 1,
        rounds: 1,
        calibrationNs: 1,
        absent: [],
        refused: [],
        figures: [
          figure('js', 0.5),
          figure('wasm, 1 thread', 0.1),
          figure('wasm, 2 threads', 0.09),
          figure('native C, AVX2', 0.039), // the original took 3.8 s where this took as long
          { ...figure('NumPy', 4), version: '1.24.2' },
          figure('PyTorch (floats)', 0.4),
        ],
      },
      threads: {
        rounds: 1,
        figures: [1, 2].map((threads) => ({
          name: `wasm, ${threads} thread${threads > 1 ? 's' : ''}`,
          seconds: timing(1 / threads),
          timesOne: ratio(threads),
        })),
        absent: [],
        refused: [],
      },
      kernels: {
        figures: [kernel('ts', 'scalar', 3.5), kernel('ts', 'array', 3.9), kernel('wasm', 'array', 9)],
        absent: [],
        refused: [],
      },
      memory: [
        { backend: 'js', megabytes: 150 },
        { backend: 'float', megabytes: 210 },
      ],
      proof: {
        figures: [],
        whole: [proven(2 ** 16, 0.03), proven(2 ** 32, 9), proven(2 ** 32, 21), proven(2 ** 32, 5)],
      },
    });
    const close = (...values: number[]): unknown[] =>
      values.map((value) => expect.closeTo(value, 9) as unknown);
    // Seconds are three quarters in the quickest runs, ratios of seconds the same.
    expect(figures.map(({ measured }) => measured?.least)).toEqual(
      close(38, 2, 0.1 / 0.039, 40, 4, 7.6, 3.5, 3.9, 9, 15.75, 2 ** 32 / 15.75 / 1e6, 22.5, 210),
    );
    expect(figures.map(({ measured }) => measured?.median)).toEqual(
      close(38, 1, 0.1 / 0.039, 40, 4, 7.6, 1.75, 1.95, 4.5, 21, 2 ** 32 / 21 / 1e6, 30, 210),
    );
    expect(figures.map(isMet)).toEqual([
      ...[false, true, false, undefined, undefined, false, true, false, true],
      ...[true, true, true, false],
    ]);
    expect(targetsTable(figures).rows.slice(3, 5)).toEqual([
      ['wasm, 1 thread: × NumPy 1.24.2', undefined, ...close(40, 40), undefined],
      ['wasm, 1 thread: × PyTorch (floats)', undefined, ...close(4, 4), undefined],
    ]);
  });

  test('what was not measured is neither met nor missed', () => {
    const figures = targetFigures({});
    expect(figures.every((figure) => isMet(figure) === undefined)).toBe(true);
    expect(targetsTable(figures).rows.every((row) => row[4] === 'not measured')).toBe(true);
  });
});
