import { rawFromReal } from '../../fixedpoint/int32.js';
import type { Backend } from '../backend.js';
import { GATES } from '../cell.js';
import { kernelIdentity, type Kernel } from '../kernel.js';
import { createOverflowLog } from '../overflow-log.js';
import { createEngine } from './engine.js';
import { access, type Access } from './instruction.js';
import type { LinkedKernels } from './module.js';
import { Opcode } from './opcodes.js';
import { createProducts } from './products.js';
import { createRecorder } from './recorder.js';
import { createTables } from './tables.js';

export interface WasmBackendOptions {
  /** n of Q(32−n).n, 1 to 30; 24, which is the fastest, unless given. */
  readonly fracBits?: number;
  /** That share the columns of a recorded tape; 1 unless given. The results are the same for every number. */
  readonly threads?: number;
  /**
   * About so many columns of a batch are worked on from the input to the gradients before the next, so that the rows of
   * their matrices lie close together; 128 unless given. The results are the same for every number.
   */
  readonly stripColumns?: number;
  /** Receives a message where worker threads cannot be had and one thread does all the work. */
  readonly notify?: (message: string) => void;
  /** Kernels that the engine runs itself, on every thread; others are called from JavaScript, by one thread alone. */
  readonly kernels?: LinkedKernels | undefined;
}

/**
 * Fixed-point on int32 in WebAssembly with SIMD: the same numbers as the `js` backend to the last bit, and the
 * same counts of overflow. Its buffers lie in one linear memory; operations work on those only.
 *
 * @throws Error where the engine has not been built
 */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend<Int32Array> {
  const fracBits = options.fracBits ?? 24;
  const one = 2 ** fracBits;
  const overflows = createOverflowLog();
  const threads = options.threads ?? 1;
  const stripColumns = options.stripColumns ?? 128;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`the wasm backend runs on a whole number of threads, at least 1, not on ${threads}`);
  }
  const notify = options.notify ?? (() => {});
  const engine = createEngine({ fracBits, threads, notify, kernels: options.kernels }, overflows);
  const { memory } = engine;
  const recorder = createRecorder(engine);
  const products = createProducts(engine, recorder, one);
  const tableOf = createTables(memory);
  const { gradientCopy, settle } = products;
  const { addressOf } = memory;

  let startsOfColumns = memory.int32s(1);

  /** Indices in memory of this backend. */
  function placed(starts: Int32Array): Int32Array {
    if (recorder.isRecording()) return starts;
    if (startsOfColumns.length < starts.length) startsOfColumns = memory.int32s(starts.length);
    startsOfColumns.set(starts);
    return startsOfColumns;
  }

  /** An operation on each element alone; the first buffer is the destination. */
  function elementwise(
    opcode: Opcode,
    place: string,
    length: number,
    destination: number,
    size: 4 | 8,
    sources: readonly number[],
    constants: readonly number[] = [],
  ): void {
    const sourceSize = opcode === Opcode.Accumulate ? 8 : 4;
    const buffers = [[destination, size] as const, ...sources.map((source) => [source, sourceSize] as const)];
    const columns = recorder.columnsOf(buffers, length);
    recorder.emit({
      opcode,
      places: [place],
      rows: length / columns,
      columns,
      operands: [destination, ...sources, ...constants],
      accesses: buffers.map(([start, bytes], i) => access(start, length, bytes, columns, i === 0)),
    });
  }

  function values(
    opcode: Opcode,
    place: string,
    length: number,
    dst: Int32Array,
    sources: readonly Int32Array[],
    constants: readonly number[] = [],
  ): void {
    elementwise(opcode, place, length, addressOf(dst), 4, sources.map(addressOf), constants);
  }

  function perform(action: () => void): void {
    recorder.emit({
      opcode: Opcode.Host,
      places: [],
      rows: 0,
      columns: 0,
      operands: [recorder.action(action)],
      accesses: [{ start: 0, end: Infinity, writes: true, size: 1, columns: -1 }],
    });
  }

  function applyKernel(dst: Int32Array, src: Int32Array, length: number, kernel: Kernel): void {
    const linked = engine.linked.get(kernelIdentity(kernel));
    if (linked !== undefined) {
      elementwise(Opcode.LinkedKernel, kernel.name, length, addressOf(dst), 4, [addressOf(src)], [linked]);
      return;
    }
    if (kernel.table !== undefined) {
      const operands = [addressOf(src), tableOf(kernel.table)] as const;
      elementwise(Opcode.TableKernel, kernel.name, length, addressOf(dst), 4, [operands[0]], [operands[1]]);
      return;
    }
    const from = src.subarray(0, length);
    const to = dst.subarray(0, length);
    perform(() => kernel.array(from, to));
  }

  return {
    name: 'wasm',
    overflows,
    allocate: memory.int32s,
    allocateGradient: memory.float64s,
    allocateIndices: memory.int32s,
    encode: (value) => rawFromReal(value, fracBits),
    decode: (stored) => stored / one,
    record: recorder.record,
    strips: (columns) => threads * Math.max(1, Math.round(columns / (threads * stripColumns))),
    perform,
    dispose: engine.dispose,

    gatherColumns({ rows, columns, values: dst }, src, starts) {
      recorder.emit({
        opcode: Opcode.Gather,
        places: [],
        rows,
        columns,
        operands: [addressOf(dst), addressOf(src), addressOf(placed(starts))],
        accesses: [
          access(addressOf(dst), rows * columns, 4, columns, true),
          access(addressOf(src), src.length, 4, 0, false),
        ],
      });
    },
    add: (dst, a, b, length, place) => values(Opcode.Add, place, length, dst, [a, b]),
    subtract: (dst, a, b, length, place) => values(Opcode.Subtract, place, length, dst, [a, b]),
    multiply: (dst, a, b, length, place) => values(Opcode.Multiply, place, length, dst, [a, b]),
    addConstant: (dst, a, constant, length, place) =>
      values(Opcode.AddConstant, place, length, dst, [a], [constant]),
    scale: (dst, a, factor, length, place) => values(Opcode.Scale, place, length, dst, [a], [factor]),
    sum: (dst, src, length, place) => products.sum(addressOf(dst), addressOf(src), length, place),
    productSum: products.productSum,
    sigmoid: applyKernel,
    tanh: applyKernel,
    reciprocalSquareRoot: applyKernel,

    clearGradient(gradient, length) {
      elementwise(Opcode.ClearGradient, '', length, addressOf(gradient), 8, []);
    },
    settleGradient: settle,
    loadGradient(dst, gradient, length) {
      products.load(addressOf(dst), addressOf(gradient), length);
    },
    accumulate(dst, g, sign, length) {
      elementwise(Opcode.Accumulate, '', length, addressOf(dst), 8, [addressOf(g)], [sign]);
    },
    accumulateProduct(dst, g, other, length, place) {
      const sources = [gradientCopy(g, length), addressOf(other)];
      elementwise(Opcode.AccumulateProduct, place, length, addressOf(dst), 8, sources);
    },
    accumulateLeft: products.accumulateLeft,
    accumulateRight: products.accumulateRight,
    accumulateRowSums: products.accumulateRowSums,
    accumulateSigmoid(dst, g, y, length, place) {
      const sources = [gradientCopy(g, length), addressOf(y)];
      elementwise(Opcode.AccumulateSigmoid, place, length, addressOf(dst), 8, sources);
    },
    accumulateTanh(dst, g, y, length, place) {
      const sources = [gradientCopy(g, length), addressOf(y)];
      elementwise(Opcode.AccumulateTanh, place, length, addressOf(dst), 8, sources);
    },
    cellGradient({ gates, previous, squashed, h, c, sums }, places) {
      const { rows, columns } = h;
      const length = rows * columns;
      const copy = products.reserveCopy(GATES.length * length);
      const part = (buffer: Int32Array | Float64Array, count: number, writes: boolean): Access =>
        access(addressOf(buffer), count, buffer.BYTES_PER_ELEMENT, columns, writes);
      recorder.emit({
        opcode: Opcode.CellGradient,
        places: [places.h, places.c, ...GATES.map((gate) => places.gates[gate])].map(
          (place) => `${place}.gradient`,
        ),
        rows,
        columns,
        operands: [
          addressOf(gates.values),
          addressOf(previous.values),
          addressOf(squashed.values),
          addressOf(h.gradient),
          addressOf(c.gradient),
          previous.gradient === undefined ? 0 : addressOf(previous.gradient),
          addressOf(sums.gradient),
          copy,
        ],
        accesses: [
          part(gates.values, GATES.length * length, false),
          part(previous.values, length, false),
          part(squashed.values, length, false),
          part(h.gradient, length, false),
          part(c.gradient, length, false),
          ...(previous.gradient === undefined ? [] : [part(previous.gradient, length, true)]),
          part(sums.gradient, GATES.length * length, true),
          access(copy, GATES.length * length, 4, columns, true),
        ],
      });
      recorder.copied(addressOf(sums.gradient), GATES.length * length, copy);
      return true;
    },
    accumulateSquaredError(dst, y, target, length, place, total = length) {
      const share = rawFromReal(1 / total, fracBits);
      const sources = [addressOf(y), addressOf(target)];
      elementwise(Opcode.AccumulateErrorShare, place, length, addressOf(dst), 8, sources, [share]);
    },
  };
}
