import type { Product } from '../backend.js';
import { elementCount, type Tensor, type TrackedTensor } from '../tensor.js';
import type { Engine } from './engine.js';
import { access, type Access, type TermOperands } from './instruction.js';
import { Opcode, TermKind } from './opcodes.js';
import type { Recorder } from './recorder.js';

type RawTensor = Tensor<Int32Array>;
type TrackedRaw = TrackedTensor<Int32Array>;

/** Bytes of a sum over the columns of one thread. */
const PARTIAL_BYTES = 16;

/** Sums of products and sums over columns, as instructions. */
export interface Products {
  productSum(dst: RawTensor, products: readonly Product<Int32Array>[], place: string): void;
  sum(dst: number, src: number, length: number, place: string): void;
  settle(tensor: TrackedRaw, place: string): void;
  /** The int32 at `copy` = a settled gradient. */
  load(copy: number, gradient: number, length: number): void;
  /** Room for a gradient as int32; smaller gradients share it. */
  reserveCopy(length: number): number;
  /** The address of a settled gradient as int32. */
  gradientCopy(gradient: Float64Array, length: number): number;
  accumulateLeft(a: TrackedRaw, g: TrackedRaw, b: RawTensor, place: string): void;
  accumulateRight(b: TrackedRaw, a: RawTensor, g: TrackedRaw, parts: number, place: string): void;
  accumulateRowSums(a: TrackedRaw, g: TrackedRaw, place: string): void;
}

/** @param one the stored number 1 */
export function createProducts(engine: Engine, recorder: Recorder, one: number): Products {
  const { memory, threads } = engine;
  const { addressOf } = memory;
  const copies = createScratch((length) => memory.reserve(4 * length));
  const ones = createScratch((length) => memory.int32s(length).fill(one).byteOffset);
  const partials = createScratch((length) => memory.reserve(PARTIAL_BYTES * length));
  const factors = createScratch((length) => memory.reserve(8 * length));

  /** Room for a factor as doubles. */
  const widened = createScratch((length) => memory.reserve(8 * length));

  function load(copy: number, gradient: number, length: number): void {
    const columns = recorder.columnsOf([[gradient, 8]], length);
    recorder.emit({
      opcode: Opcode.LoadGradient,
      places: [],
      rows: length / columns,
      columns,
      operands: [gradient, copy],
      accesses: [access(gradient, length, 8, columns, false), access(copy, length, 4, columns, true)],
    });
  }

  function gradientCopy(gradient: Float64Array, length: number): number {
    const address = addressOf(gradient);
    const known = recorder.copyOf(address, length);
    if (known !== undefined) return known;
    const copy = copies(length);
    load(copy, address, length);
    recorder.copied(address, length, copy);
    return copy;
  }

  /**
   * Memory in which each thread has `length` elements for itself. In a program for several threads it is that
   * of one instruction alone, as sums are not added up until later.
   */
  function apart(shared: (length: number) => number, bytes: number, length: number): number {
    return threads > 1 && recorder.isRecording() ? memory.reserve(threads * bytes * length) : shared(length);
  }

  function termOf(product: Product<Int32Array>): TermOperands {
    const a = addressOf(product.a.values);
    if (product.kind === 'column') {
      const { columns } = product;
      const b = ones(columns);
      return { kind: TermKind.Matmul, a, b, inner: 1, rowStride: 4, step: 4, rightStride: 4 * columns };
    }
    const b = addressOf(product.b.values);
    const rowStride = 4 * product.a.columns;
    const rightStride = 4 * product.b.columns;
    return product.kind === 'multiply'
      ? { kind: TermKind.Elementwise, a, b, inner: 1, rowStride, step: 4, rightStride }
      : { kind: TermKind.Matmul, a, b, inner: product.a.columns, rowStride, step: 4, rightStride };
  }

  function operandAccesses(product: Product<Int32Array>): Access[] {
    const { kind, a } = product;
    const left = addressOf(a.values);
    const spread = kind === 'multiply' ? a.columns : 0;
    const first = access(left, elementCount(a), 4, spread, false);
    if (kind === 'column') return [first];
    const { b } = product;
    return [first, access(addressOf(b.values), elementCount(b), 4, b.columns, false)];
  }

  /** Adds the sums of all threads, rounded if they are products, to a gradient. */
  function finish(opcode: Opcode, gradient: number, partial: number, length: number, place: string): void {
    const distance = PARTIAL_BYTES * length;
    recorder.emit({
      opcode,
      places: [place],
      rows: 1,
      columns: length,
      operands: [gradient, partial, distance],
      accesses: [
        access(gradient, length, 8, length, true),
        access(partial, length * threads, PARTIAL_BYTES, 0, false),
      ],
    });
  }

  return {
    load,
    reserveCopy: copies,
    gradientCopy,

    productSum(dst, products, place) {
      const { rows, columns } = dst;
      const address = addressOf(dst.values);
      recorder.emit({
        opcode: Opcode.ProductSum,
        places: [place],
        rows,
        columns,
        operands: [address, recorder.terms(products.map(termOf)), products.length],
        accesses: [
          access(address, rows * columns, 4, columns, true),
          ...products.flatMap((product) => operandAccesses(product)),
        ],
      });
    },

    sum(dst, src, length, place) {
      recorder.emit({
        opcode: Opcode.Sum,
        places: [place],
        rows: 1,
        columns: length,
        operands: [dst, src],
        accesses: [access(dst, 1, 4, -1, true), access(src, length, 4, -1, false)],
      });
    },

    settle(tensor, place) {
      const { rows, columns } = tensor;
      const length = rows * columns;
      const address = addressOf(tensor.gradient);
      if (recorder.copyOf(address, length) !== undefined) return; // what made the copy has clamped it
      const copy = copies(length);
      recorder.emit({
        opcode: Opcode.SettleGradient,
        places: [place],
        rows,
        columns,
        operands: [address, copy],
        accesses: [access(address, length, 8, columns, true), access(copy, length, 4, columns, true)],
      });
      recorder.copied(address, length, copy);
    },

    accumulateLeft(a, g, b, place) {
      const { rows, columns } = g;
      const copy = gradientCopy(g.gradient, rows * columns);
      const right = addressOf(b.values);
      const length = rows * b.rows;
      const partial = apart(partials, PARTIAL_BYTES, length);
      recorder.emit({
        opcode: Opcode.PartialLeft,
        places: [place],
        rows,
        columns,
        operands: [
          partial,
          copy,
          right,
          b.rows,
          PARTIAL_BYTES * length,
          addressOf(g.gradient),
          widened(b.rows * columns),
        ],
        accesses: [
          access(addressOf(g.gradient), rows * columns, 8, columns, false),
          access(widened(b.rows * columns), b.rows * columns, 8, columns, true),
          access(partial, length * threads, PARTIAL_BYTES, 0, true),
          access(copy, rows * columns, 4, columns, false),
          access(right, b.rows * columns, 4, columns, false),
        ],
      });
      finish(Opcode.FinishProducts, addressOf(a.gradient), partial, length, place);
    },

    accumulateRight(b, a, g, parts, place) {
      const { rows, columns } = b;
      const copy = gradientCopy(g.gradient, g.rows * columns);
      const left = addressOf(a.values);
      const inner = a.rows / parts;
      const terms = Array.from({ length: parts }, (_, part): TermOperands => ({
        kind: TermKind.Matmul,
        a: left + part * inner * rows * 4,
        b: copy + part * inner * columns * 4,
        inner,
        rowStride: 4, // aᵀ is read
        step: 4 * rows,
        rightStride: 4 * columns,
      }));
      const gradient = addressOf(b.gradient);
      recorder.emit({
        opcode: Opcode.AccumulateRight,
        places: [place],
        rows,
        columns,
        operands: [
          gradient,
          recorder.terms(terms),
          parts,
          addressOf(g.gradient),
          apart(factors, 8, inner * rows),
          8 * inner * rows,
        ],
        accesses: [
          access(addressOf(g.gradient), g.rows * columns, 8, columns, false),
          access(gradient, rows * columns, 8, columns, true),
          access(left, elementCount(a), 4, 0, false),
          access(copy, g.rows * columns, 4, columns, false),
        ],
      });
    },

    accumulateRowSums(a, g, place) {
      const { rows, columns } = g;
      const gradient = addressOf(g.gradient);
      const partial = apart(partials, PARTIAL_BYTES, rows);
      recorder.emit({
        opcode: Opcode.PartialRowSums,
        places: [place],
        rows,
        columns,
        operands: [partial, gradient, 0, 0, PARTIAL_BYTES * rows],
        accesses: [
          access(partial, rows * threads, PARTIAL_BYTES, 0, true),
          access(gradient, rows * columns, 8, columns, false),
        ],
      });
      finish(Opcode.FinishSums, addressOf(a.gradient), partial, rows, place);
    },
  };
}

/** Memory for the greatest length so far; smaller requests share it. Programs keep what they were given. */
function createScratch(reserve: (length: number) => number): (length: number) => number {
  let address = 0;
  let capacity = 0;
  return (length) => {
    if (length > capacity) {
      address = reserve(length);
      capacity = length;
    }
    return address;
  };
}
