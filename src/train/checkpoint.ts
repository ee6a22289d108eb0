import { readFile } from 'node:fs/promises';
import type { NpyArray } from '../data/npy.js';
import { formatNpz, parseNpz } from '../data/npz.js';
import { usageError } from '../diagnostic.js';
import type { Parameters, ParameterShape } from '../nn/parameters.js';
import type { Backend } from '../tensor/backend.js';
import type { Values } from '../tensor/tensor.js';
import { FRAC_BITS } from './kernels.js';

/** The entry that holds the settings as JSON, in bytes: `json.loads(bytes(archive['metadata']))` in Python. */
const METADATA = 'metadata';

/**
 * Parameters as a NumPy archive: one array per tensor under its name, int32 raw Q8.24 in fixed-point or
 * float64, and `metadata`.
 *
 * @param values the flat vector, in the order of the layout
 */
export function formatCheckpoint(
  layout: readonly ParameterShape[],
  values: Values,
  metadata: object,
): Uint8Array {
  const entries = new Map<string, NpyArray>();
  let offset = 0;
  for (const { name, rows, columns } of layout) {
    const end = offset + rows * columns;
    const shape = [rows, columns];
    entries.set(
      name,
      values instanceof Int32Array
        ? { shape, dtype: 'i4', data: values.slice(offset, end) }
        : { shape, dtype: 'f8', data: values.slice(offset, end) },
    );
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(metadata));
  entries.set(METADATA, { shape: [text.length], dtype: 'u1', data: text });
  return formatNpz(entries);
}

/**
 * Sets the parameters from an archive: integers are raw Q8.24, floating-point numbers are real values; either
 * is converted to what the backend stores. Other arrays in the archive are ignored.
 *
 * @throws ApproxgenError (status 2) where the file cannot be read, or lacks a tensor of the right shape and a
 * representable value; the parameters are unchanged then
 */
export async function loadCheckpoint<V extends Values>(
  file: string,
  backend: Backend<V>,
  parameters: Parameters<V>,
): Promise<void> {
  const archive = parseNpz(await readInput(file), file);
  const loaded: number[] = [];
  for (const shape of parameters.layout) {
    const array = archive.get(shape.name);
    checkShape(file, shape, array);
    for (const value of array.data) {
      const real = isReal(array) ? Number(value) : Number(value) / 2 ** FRAC_BITS;
      const stored = backend.encode(real);
      if (!(Math.abs(backend.decode(stored) - real) < 1)) {
        throw usageError(
          'checkpoint-value',
          `${shape.name} holds ${real}, which Q8.24 cannot represent`,
          'expected values between −128 and 128; integers are read as raw Q8.24',
          file,
        );
      }
      loaded.push(stored);
    }
  }
  parameters.flat.values.set(loaded);
}

async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError(
      'checkpoint-unreadable',
      `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'expected an archive that an earlier training run wrote, such as models/<time>.npz',
      file,
    );
  }
}

function isReal({ dtype }: NpyArray): boolean {
  return dtype === 'f4' || dtype === 'f8';
}

function checkShape(
  file: string,
  { name, rows, columns }: ParameterShape,
  array: NpyArray | undefined,
): asserts array is NpyArray {
  if (array?.shape.length === 2 && array.shape[0] === rows && array.shape[1] === columns) return;
  const found = array === undefined ? 'there is none' : `it is ${array.shape.join('×') || 'a scalar'}`;
  throw usageError(
    'checkpoint-shape',
    `the network needs ${name} of ${rows}×${columns}, but in this file ${found}`,
    'give the --hidden, --rank-w and --rank-u that it was trained with',
    file,
  );
}
