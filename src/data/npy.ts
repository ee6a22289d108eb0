import { endianness } from 'node:os';
import { usageError } from '../diagnostic.js';

/** The typed array that holds each element type. Names are numpy's, without the byte order. */
interface NpyData {
  readonly i1: Int8Array;
  readonly u1: Uint8Array;
  readonly i2: Int16Array;
  readonly u2: Uint16Array;
  readonly i4: Int32Array;
  readonly u4: Uint32Array;
  readonly i8: BigInt64Array;
  readonly f4: Float32Array;
  readonly f8: Float64Array;
}

type NpyDtype = keyof NpyData;

/** An array in row-major order: `data.length` is the product of `shape` (1 for the empty shape of a scalar). */
export type NpyArray = {
  readonly [Dtype in NpyDtype]: {
    readonly shape: readonly number[];
    readonly dtype: Dtype;
    readonly data: NpyData[Dtype];
  };
}[NpyDtype];

const FROM_BUFFER: { readonly [Dtype in NpyDtype]: (buffer: ArrayBuffer) => NpyData[Dtype] } = {
  i1: (buffer) => new Int8Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
};

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
/** numpy leaves room for the first dimension to grow to this many digits without moving the data. */
const GROWTH_DIGITS = 21;

/**
 * Reads an array in numpy's .npy format, versions 1.0 and 2.0, little-endian, C order
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). The data are copied.
 *
 * @param path what an error calls the array: a file, or an entry of an archive
 * @throws ApproxgenError (status 2) for anything else: other formats, Fortran order, big-endian, a cut or overlong file
 */
export function parseNpy(bytes: Uint8Array, path?: string): NpyArray {
  const { header, dataOffset } = readHeader(bytes, path);
  const { dtype, shape } = parseHeader(header, path);
  const count = elementCount(shape);
  const expected = count * bytesPerElement(dtype);
  const found = bytes.length - dataOffset;
  if (found !== expected) {
    throw usageError(
      found < expected ? 'npy-truncated' : 'npy-trailing-bytes',
      `the array of shape ${shapeText(shape)} and type ${dtype} needs ${expected} bytes of data, the file has ${found}`,
      'write the file again with numpy.save',
      path,
    );
  }
  const copy = new Uint8Array(bytes.subarray(dataOffset)); // copied, so that any offset is aligned
  toHostOrder(copy, bytesPerElement(dtype));
  return npyArray(dtype, shape, copy.buffer);
}

/**
 * Writes an array as .npy version 1.0, byte for byte what `numpy.save` writes (numpy ≥ 1.24).
 *
 * @throws RangeError where `data` does not have as many elements as `shape` says
 */
export function formatNpy(array: NpyArray): Uint8Array {
  const count = elementCount(array.shape);
  if (count !== array.data.length) {
    throw new RangeError(
      `shape ${shapeText(array.shape)} needs ${count} elements, data has ${array.data.length}`,
    );
  }
  const size = bytesPerElement(array.dtype);
  const order = size === 1 ? '|' : '<';
  const literal = `{'descr': '${order}${array.dtype}', 'fortran_order': False, 'shape': ${shapeText(array.shape)}, }`;
  const growth = array.shape.length === 0 ? 0 : GROWTH_DIGITS - String(array.shape[0]).length;
  const unpadded = MAGIC.length + 4 + literal.length + growth + 1;
  const padding = ALIGNMENT - (unpadded % ALIGNMENT); // 64, not 0, where it fits already: as numpy does
  const dataOffset = unpadded + padding;
  const headerLength = dataOffset - MAGIC.length - 4;

  const bytes = new Uint8Array(dataOffset + count * size);
  const head = Buffer.from(bytes.buffer, 0, dataOffset);
  head.fill(' ');
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt8(1, 6);
  head.writeUInt8(0, 7);
  head.writeUInt16LE(headerLength, 8);
  head.write(literal, 10, 'latin1');
  head.write('\n', dataOffset - 1, 'latin1');
  const { data } = array;
  const body = bytes.subarray(dataOffset);
  body.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  toHostOrder(body, size);
  return bytes;
}

/** Makes an array of a type that is known only at run time; `buffer` holds exactly its elements. */
function npyArray(dtype: NpyDtype, shape: readonly number[], buffer: ArrayBuffer): NpyArray {
  // The table guarantees that the type and the typed array belong together, which the compiler cannot see.
  return { shape, dtype, data: FROM_BUFFER[dtype](buffer) } as NpyArray;
}

function readHeader(bytes: Uint8Array, path?: string): { header: string; dataOffset: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw usageError(
      'npy-not-npy',
      'this is not a .npy array: it does not start with "\\x93NUMPY"',
      'write it with numpy.save; a .npz archive is read by parseNpz',
      path,
    );
  }
  const major = view.length > 6 ? view[6] : 0;
  const minor = view.length > 7 ? view[7] : 0;
  if (view.length >= 8 && (minor !== 0 || (major !== 1 && major !== 2))) {
    throw usageError(
      'npy-version',
      `the .npy version is ${major}.${minor}; expected 1.0 or 2.0`,
      'write it with numpy.save(file, array)',
      path,
    );
  }
  const headerStart = major === 2 ? 12 : 10;
  const headerLength =
    view.length < headerStart ? Infinity : major === 2 ? view.readUInt32LE(8) : view.readUInt16LE(8);
  const dataOffset = headerStart + headerLength;
  if (dataOffset > view.length) {
    throw usageError(
      'npy-truncated',
      `the file ends after ${view.length} bytes, inside the .npy header`,
      'write the file again with numpy.save',
      path,
    );
  }
  return { header: view.toString('latin1', headerStart, dataOffset), dataOffset };
}

function parseHeader(header: string, path?: string): { dtype: NpyDtype; shape: readonly number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shapeItems = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined || fortran === undefined || shapeItems === undefined) {
    throw usageError(
      'npy-header',
      `the .npy header lacks a plain descr, fortran_order or shape: ${header.trim()}`,
      'structured arrays are not read; save each field as an array of its own',
      path,
    );
  }
  const shape = shapeItems
    .split(',')
    .filter((item) => item.trim() !== '')
    .map(Number);
  if (descr.startsWith('>') && !descr.endsWith('1')) {
    throw usageError(
      'npy-big-endian',
      `the type is big-endian (${descr}); expected little-endian`,
      `convert it first: array.astype('<${descr.slice(1)}')`,
      path,
    );
  }
  const dtype = descr.replace(/^[<|>=]/, '');
  if (!isDtype(dtype)) {
    throw usageError(
      'npy-dtype',
      `the type ${descr} is not read; expected one of ${Object.keys(FROM_BUFFER).join(', ')}`,
      'convert it first with array.astype',
      path,
    );
  }
  if (fortran === 'True' && shape.length > 1) {
    throw usageError(
      'npy-fortran-order',
      `the array of shape ${shapeText(shape)} is in Fortran order; expected C order (row-major)`,
      'save numpy.ascontiguousarray(array) instead',
      path,
    );
  }
  return { dtype, shape };
}

function isDtype(name: string): name is NpyDtype {
  return Object.hasOwn(FROM_BUFFER, name);
}

function bytesPerElement(dtype: NpyDtype): number {
  return Number(dtype.slice(1));
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A Python tuple: `()`, `(3,)`, `(3, 4)`. */
function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** The file is little-endian; typed arrays are in the order of the machine. Its own inverse. */
function toHostOrder(bytes: Uint8Array, size: number): void {
  if (endianness() === 'LE' || size === 1) return;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) view.swap16();
  else if (size === 4) view.swap32();
  else view.swap64();
}
