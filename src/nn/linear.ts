import type { Tape } from '../tensor/tape.js';
import type { Tensor, Values } from '../tensor/tensor.js';
import { parameter, type Parameters, type ParameterShape } from './parameters.js';

/** Wl (outputs × inputs) and bl (outputs × 1). */
export function linearLayout(inputs: number, outputs: number): ParameterShape[] {
  return [
    { name: 'Wl', rows: outputs, columns: inputs },
    { name: 'bl', rows: outputs, columns: 1 },
  ];
}

/** Records Wl·x + bl, one sum, rounded once. */
export function recordLinear<V extends Values>(
  tape: Tape<V>,
  parameters: Parameters<V>,
  x: Tensor<V>,
): Tensor<V> {
  return tape.productSum(
    [
      { kind: 'column', a: parameter(parameters, 'bl'), columns: x.columns },
      { kind: 'matmul', a: parameter(parameters, 'Wl'), b: x },
    ],
    'linear',
  );
}
