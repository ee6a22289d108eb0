import { GATES } from '../tensor/cell.js';
import type { Kernel } from '../tensor/kernel.js';
import type { Tape } from '../tensor/tape.js';
import type { Tensor, Values } from '../tensor/tensor.js';
import { stackedParameters, type Parameters, type ParameterShape } from './parameters.js';

/** Where overflows are counted. */
const PLACES = {
  sums: 'lstm.gates',
  gates: { f: 'lstm.gate.f', i: 'lstm.gate.i', c: 'lstm.gate.c', o: 'lstm.gate.o' },
  c: 'lstm.cell',
  h: 'lstm.hidden',
} as const;

export interface LstmShape {
  /** Rows of the input. */
  readonly features: number;
  readonly hidden: number;
  /** Rank of the input weights; 0 for full matrices. */
  readonly rankW: number;
  /** Rank of the recurrent weights; 0 for full matrices. */
  readonly rankU: number;
}

export interface LstmState<V extends Values> {
  /** Cell state, hidden × batch. */
  readonly c: Tensor<V>;
  /** Hidden state, hidden × batch. */
  readonly h: Tensor<V>;
}

/** One time step: the activated gates, 4·hidden × batch, and the new state. */
export interface LstmStep<V extends Values> extends LstmState<V> {
  readonly gates: Tensor<V>;
}

/** Wf Wi Wc Wo Uf Ui Uc Uo bf bi bc bo: hidden × (features or rank), hidden × (hidden or rank), hidden × 1. */
export function gateLayout({ features, hidden, rankW, rankU }: LstmShape): ParameterShape[] {
  const row = (prefix: string, columns: number): ParameterShape[] =>
    GATES.map((gate) => ({ name: prefix + gate, rows: hidden, columns }));
  return [...row('W', rankW || features), ...row('U', rankU || hidden), ...row('b', 1)];
}

/** What low rank adds: Wr (rankW × features) and Ur (rankU × hidden), shared by the four gates. */
export function projectionLayout({ features, hidden, rankW, rankU }: LstmShape): ParameterShape[] {
  return [
    ...(rankW > 0 ? [{ name: 'Wr', rows: rankW, columns: features }] : []),
    ...(rankU > 0 ? [{ name: 'Ur', rows: rankU, columns: hidden }] : []),
  ];
}

/**
 * Records one step of a long short-term memory cell (Hochreiter and Schmidhuber 1997, with the forget gate of
 * Gers et al. 2000):
 *
 *     f, i, o = sigmoid(W·x + U·h + b)    c̃ = tanh(Wc·x + Uc·h + bc)
 *     c = f∘c + i∘c̃                       h = o∘tanh(c)
 *
 * Each gate is one sum, rounded once. With low rank x is replaced by Wr·x and h by Ur·h, rounded. The four
 * gates lie on top of each other in one matrix, as their parameters do: forget, input, candidate, output.
 *
 * @param x features × batch
 */
export function recordLstmStep<V extends Values>(
  tape: Tape<V>,
  parameters: Parameters<V>,
  kernels: { readonly sigmoid: Kernel; readonly tanh: Kernel },
  x: Tensor<V>,
  state: LstmState<V>,
): LstmStep<V> {
  const project = (name: string, input: Tensor<V>): Tensor<V> => {
    const projection = parameters.tensors.get(name);
    return projection === undefined ? input : tape.matmul(projection, input, `lstm.${name}`);
  };
  const stacked = (prefix: string): Tensor<V> =>
    stackedParameters(
      parameters,
      GATES.map((gate) => prefix + gate),
    );
  const parts = GATES.length;
  const { gates, c, h } = tape.gatedCell(
    [
      { kind: 'column', a: stacked('b'), columns: x.columns },
      { kind: 'matmul', a: stacked('W'), b: project('Wr', x), parts },
      { kind: 'matmul', a: stacked('U'), b: project('Ur', state.h), parts },
    ],
    state.c,
    kernels,
    PLACES,
  );
  return { gates, c, h };
}
