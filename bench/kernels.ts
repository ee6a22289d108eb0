import { loadKernels } from '../src/train/kernels.js';
import { interleaved } from './statistics.js';

/** Nanoseconds an evaluation, over inputs that meet every segment and both tails in no order. */
export interface KernelFigure {
  readonly name: string;
  readonly nanoseconds: number;
  /** How many times as fast as `Math.tanh` in a loop, in the same run. */
  readonly timesMathTanh: number;
}

const INPUTS = 2 ** 16;
const REPEATS = 16;

/** The generated Q8.24 kernels, scalar and array form, beside `Math.tanh`. */
export async function benchKernels(rounds = 9): Promise<readonly KernelFigure[]> {
  const kernels = await loadKernels('default');
  const raw = Int32Array.from({ length: INPUTS }, (_, i) => Math.imul(i, 0x9e3779b1) >> 3);
  const positive = raw.map((x) => Math.abs(x) + 1);
  const real = Float64Array.from(raw, (x) => x * 2 ** -24);
  const out = new Int32Array(INPUTS);
  const realOut = new Float64Array(INPUTS);

  const contestants: { readonly name: string; readonly run: () => void }[] = [
    {
      name: 'Math.tanh in a loop',
      run: () => {
        for (let i = 0; i < INPUTS; i++) realOut[i] = Math.tanh(real[i]);
      },
    },
  ];
  for (const [name, kernel] of Object.entries(kernels)) {
    const inputs = name === 'rsqrt' ? positive : raw;
    const { scalar, array } = kernel;
    contestants.push(
      {
        name: `${kernel.name} scalar`,
        run: () => {
          for (let i = 0; i < INPUTS; i++) out[i] = scalar(inputs[i]);
        },
      },
      { name: `${kernel.name} array`, run: () => array(inputs, out) },
    );
  }
  const seconds = interleaved(
    contestants.map(({ run }) => () => {
      for (let repeat = 0; repeat < REPEATS; repeat++) run();
    }),
    rounds,
  );
  return contestants.map(({ name }, i) => ({
    name,
    nanoseconds: (seconds[i] * 1e9) / (INPUTS * REPEATS),
    timesMathTanh: seconds[0] / seconds[i],
  }));
}
