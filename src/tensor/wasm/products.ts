import type { Product } from '../backend.js';
import { elementCount, shapeText, type Tensor, type TrackedTensor } from '../tensor.js';
import type { Engine } from './engine.js';
import { access, type Access, type TermOperands } from './instruction.js';
import { Opcode, TermKind } from './opcodes.js';
import type { Apart, Recorder } from './recorder.js';

type RawTensor = Tensor<Int32Array>;
type TrackedRaw = TrackedTensor<Int32Array>;

/** Bytes of a sum over the columns of one thread. */
const PARTIAL_BYTES = 16;

/** How memory is accessed that each thread has a part of: parts that others read, and parts that nobody else touches. */
const JOINT = { size: 1, columns: 0 };
const SEPARATE = { size: 1, columns: -1 };

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
  const { memory } = engine;
  const { addressOf } = memory;
  const copies = recorder.scratch((length) => memory.reserve(4 * length));
  const ones = recorder.scratch((length) => memory.int32s(length).fill(one).byteOffset);
  const partials = recorder.scratch((length) => memory.reserve(PARTIAL_BYTES * length));
  const factors = recorder.scratch((length) => memory.reserve(8 * length));

  /** Room for a factor as doubles. */
  const widened = recorder.scratch((length) => memory.reserve(8 * length));

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

  /** Memory for the partial sums of all threads. */
  function partialSums(length: number): Apart {
    return recorder.apart(PARTIAL_BYTES * length, () => partials(length));
  }

  /** The left factor of `accumulateRight` as the engine wants it, see `Opcode.WidenLeft`. */
  function widenedLeft(a: RawTensor, parts: number): Apart {
    const left = addressOf(a.values);
    const length = parts + elementCount(a);
    const source = access(left, elementCount(a), 4, 0, false);
    return recorder.kept(`${left} ${shapeText(a)} ${parts}`, source, () => {
      const room = recorder.apart(8 * length, () =>
        recorder.isRecording() ? memory.reserve(8 * length) : factors(length),
      );
      recorder.emit({
        opcode: Opcode.WidenLeft,
        places: [],
        rows: a.rows / parts,
        columns: a.columns,
        operands: [room.address, left, parts, room.bytes],
        accesses: [source, { ...room.own, ...SEPARATE, writes: true }],
      });
      return room;
    });
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
  function finish(opcode: Opcode, gradient: number, partial: Apart, length: number, place: string): void {
    recorder.emit({
      opcode,
      places: [place],
      rows: 1,
      columns: length,
      operands: [gradient, partial.whole.start, partial.bytes, partial.parts],
      accesses: [access(gradient, length, 8, length, true), { ...partial.whole, ...JOINT, writes: false }],
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
      const partial = partialSums(length);
      recorder.emit({
        opcode: Opcode.PartialLeft,
        places: [place],
        rows,
        columns,
        operands: [
          partial.address,
          copy,
          right,
          b.rows,
          partial.bytes,
          addressOf(g.gradient),
          widened(b.rows * columns),
          partial.used ? 1 : 0,
        ],
        accesses: [
          access(addressOf(g.gradient), rows * columns, 8, columns, false),
          access(widened(b.rows * columns), b.rows * columns, 8, columns, true),
          { ...partial.own, ...JOINT, writes: true },
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
      const factor = widenedLeft(a, parts);
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
          factor.address,
          factor.bytes,
        ],
        accesses: [
          access(addressOf(g.gradient), g.rows * columns, 8, columns, false),
          access(gradient, rows * columns, 8, columns, true),
          access(left, elementCount(a), 4, 0, false),
          { ...factor.own, ...SEPARATE, writes: false },
          access(copy, g.rows * columns, 4, columns, false),
        ],
      });
    },

    accumulateRowSums(a, g, place) {
      const { rows, columns } = g;
      const gradient = addressOf(g.gradient);
      const partial = partialSums(rows);
      recorder.emit({
        opcode: Opcode.PartialRowSums,
        places: [place],
        rows,
        columns,
        operands: [partial.address, gradient, 0, 0, partial.bytes, 0, 0, partial.used ? 1 : 0],
        accesses: [
          { ...partial.own, ...JOINT, writes: true },
          access(gradient, rows * columns, 8, columns, false),
        ],
      });
      finish(Opcode.FinishSums, addressOf(a.gradient), partial, rows, place);
    },
  };
}
