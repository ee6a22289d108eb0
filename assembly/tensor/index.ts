import { Field, Opcode, ThreadState } from '../../src/tensor/wasm/opcodes';
import { arrive } from './barrier';
import { cellGradient, peakOfSums } from './cell';
import * as elementwise from './elementwise';
import * as gradients from './gradients';
import { gather } from './gather';
import { tableKernel } from './kernel';
import { accumulateRight, productSum, widenLeft } from './products';
import * as reductions from './reductions';
import { fractionBits, LIMIT } from './rounding';

/*
 * `arrive` is exported so that it stays a function of its own: V8 11.3 (Node 20) loses locals of a large function
 * across a `memory.atomic.wait32` that was inlined into it, and `run` then ended before its last barrier.
 */
export { arrive, waitForChange } from './barrier';
export { setFractionBits } from './rounding';

/** An action of JavaScript that has its place among the instructions. */
@external('env', 'host')
declare function host(index: i32): void;

/** Memory from here on is free. */
export function firstFreeByte(): usize {
  return __heap_base;
}

/** Columns that one thread works on begin at multiples of this, so that few cache lines have two owners. */
const GRAIN: i32 = 8;

/** The first of the columns that a thread works on. */
function firstOf(columns: i32, thread: i32, threads: i32): i32 {
  const grains = <i64>((columns + GRAIN - 1) / GRAIN);
  return min(<i32>((grains * thread) / threads) * GRAIN, columns);
}

@inline
function word(instruction: usize, index: i32): i32 {
  return load<i32>(instruction + (index << 2));
}

@inline
function operand(instruction: usize, index: i32): i32 {
  return word(instruction, Field.Operands + index);
}

/**
 * Carries out a program: of every instruction this thread's columns, or all where it says so or there is one thread.
 *
 * @param state where this thread counts overflows, see `ThreadState`
 * @returns false where the others were waited for in vain
 */
export function run(
  program: usize,
  count: i32,
  thread: i32,
  threads: i32,
  state: usize,
  barrier: usize,
): bool {
  const end = program + count * (Field.Words << 2);
  for (let at = program; at < end; at += Field.Words << 2) {
    if (word(at, Field.Opcode) == Opcode.Barrier) {
      if (threads > 1 && !arrive(barrier, threads)) return false;
      continue;
    }
    const whole = word(at, Field.Whole) != 0;
    const part = whole ? 0 : thread;
    const parts = whole ? 1 : threads;
    const overflows =
      fractionBits == 24
        ? execute<i32>(at, part, parts, state)
        : execute<i64>(at, part, parts, state);
    if (overflows > 0) {
      const counter = state + ThreadState.Counters + (word(at, Field.Counter) << 2);
      store<i32>(counter, load<i32>(counter) + overflows);
      store<i32>(state + ThreadState.Dirty, 1);
    }
  }
  return true;
}

/** Carries out this thread's share of an instruction. Gives the number of results that were clamped. */
function execute<F>(at: usize, thread: i32, threads: i32, state: usize): i32 {
  const opcode = word(at, Field.Opcode);
  let rows = word(at, Field.Rows);
  const width = word(at, Field.Columns);
  const dst = <usize>operand(at, 0);
  const second = operand(at, 1);
  const third = operand(at, 2);
  const first = firstOf(width, thread, threads);
  let columns = firstOf(width, thread + 1, threads) - first;
  const stride = <usize>(width << 2);
  const offset = <usize>(first << 2);
  const peak = state + ThreadState.Peak;

  switch (opcode) {
    case Opcode.Host:
      if (thread == 0) host(<i32>dst);
      return 0;
    case Opcode.Sum:
      return thread == 0 ? elementwise.sum(dst, second, rows * width) : 0;
    case Opcode.ProductSum:
      return productSum<F>(dst, stride, second, third, rows, offset, columns);
    case Opcode.WidenLeft:
      widenLeft(dst + thread * operand(at, 3), <usize>second, third, rows, width);
      return 0;
    case Opcode.AccumulateRight:
      return accumulateRight<F>(
        dst,
        stride << 1,
        second,
        third,
        rows,
        offset,
        columns,
        load<f64>(peak),
        operand(at, 3),
        <usize>operand(at, 4) + thread * operand(at, 5),
      );
    case Opcode.PartialLeft:
      reductions.partialLeft(
        dst + thread * operand(at, 4),
        operand(at, 7) != 0,
        <usize>second + offset,
        rows,
        <usize>third + offset,
        operand(at, 3),
        stride,
        columns,
        load<f64>(peak),
        <usize>operand(at, 5) + (offset << 1),
        <usize>operand(at, 6) + (offset << 1),
      );
      return 0;
    case Opcode.Gather:
      gather(dst, <usize>second, <usize>third, rows, width, first, columns);
      return 0;
    case Opcode.CellGradient: {
      const counted = cellGradient<F>(
        dst,
        <usize>rows * stride,
        <usize>second,
        <usize>third,
        <usize>operand(at, 3),
        <usize>operand(at, 4),
        <usize>operand(at, 5),
        <usize>operand(at, 6),
        <usize>operand(at, 7),
        rows,
        width,
        first,
        columns,
        state + ThreadState.Counters + (word(at, Field.Counter) << 2),
      );
      store<f64>(peak, peakOfSums());
      if (counted) store<i32>(state + ThreadState.Dirty, 1);
      return 0;
    }
    case Opcode.PartialRowSums:
      reductions.partialRowSums(
        dst + thread * operand(at, 4),
        operand(at, 7) != 0,
        <usize>second + (offset << 1),
        rows,
        stride << 1,
        columns,
      );
      return 0;
    case Opcode.FinishProducts:
      return reductions.finishProducts<F>(
        dst + (first << 3),
        second + (first << 4),
        third,
        partsOf(operand(at, 3), threads),
        columns,
      );
    case Opcode.FinishSums:
      return reductions.finishSums(
        dst + (first << 3),
        second + (first << 4),
        third,
        partsOf(operand(at, 3), threads),
        columns,
      );
  }

  // What is left works on each element alone: row by row, or on all of them at once where the rows are whole.
  if (columns == width) {
    columns *= rows;
    rows = 1;
  }
  if (opcode == Opcode.SettleGradient || opcode == Opcode.LoadGradient) {
    return settle(opcode, dst, second, rows, width, first, columns, peak);
  }
  let overflows = 0;
  let i = first;
  for (; rows > 0; rows--) {
    overflows += executeRow<F>(opcode, dst, second, third, operand(at, 3), i, columns);
    i += width;
  }
  return overflows;
}

/** How many partial sums there are: as many as given, or, where none are, as many as threads. */
@inline
function partsOf(given: i32, threads: i32): i32 {
  return given == 0 ? threads : given;
}

/** Copies a gradient as int32 and notes its greatest magnitude; where that is too great, it is clamped first. */
function settle(
  opcode: i32,
  gradient: usize,
  copy: usize,
  rows: i32,
  width: i32,
  first: i32,
  columns: i32,
  peak: usize,
): i32 {
  let greatest: f64 = 0;
  for (let r = 0, i = first; r < rows; r++, i += width) {
    greatest = max(greatest, gradients.loadGradient(copy + (i << 2), gradient + (i << 3), columns));
  }
  store<f64>(peak, min(greatest, <f64>LIMIT));
  if (greatest <= <f64>LIMIT) return 0;
  let overflows = 0;
  for (let r = 0, i = first; r < rows; r++, i += width) {
    overflows += gradients.clampGradient(copy + (i << 2), gradient + (i << 3), columns);
  }
  return opcode == Opcode.SettleGradient ? overflows : 0;
}

/** One row from element `i` on. Operands are int32, gradients doubles. */
@inline
function executeRow<F>(
  opcode: i32,
  dst: usize,
  second: i32,
  third: i32,
  fourth: i32,
  i: i32,
  columns: i32,
): i32 {
  const to = dst + (i << 2);
  const a = <usize>(second + (i << 2));
  const b = <usize>(third + (i << 2));
  const gradient = dst + (i << 3);
  switch (opcode) {
    case Opcode.Add:
      return elementwise.add(to, a, b, columns);
    case Opcode.Subtract:
      return elementwise.subtract(to, a, b, columns);
    case Opcode.Multiply:
      return elementwise.multiply<F>(to, a, b, columns);
    case Opcode.AddConstant:
      return elementwise.addConstant(to, a, third, columns);
    case Opcode.Scale:
      return elementwise.scale<F>(to, a, third, columns);
    case Opcode.TableKernel:
      tableKernel(to, a, third, columns);
      return 0;
    case Opcode.LinkedKernel:
      // A function of the shared table, where JavaScript has put the kernels that it linked.
      call_indirect<void>(third, a, to, columns);
      return 0;
    case Opcode.ClearGradient:
      gradients.clear(gradient, columns);
      return 0;
    case Opcode.Accumulate:
      gradients.accumulate(gradient, second + (i << 3), <f64>third, columns);
      return 0;
    case Opcode.AccumulateProduct:
      return gradients.accumulateProduct<F>(gradient, a, b, columns);
    case Opcode.AccumulateSigmoid:
      return gradients.accumulateSigmoid<F>(gradient, a, b, columns);
    case Opcode.AccumulateTanh:
      return gradients.accumulateTanh<F>(gradient, a, b, columns);
    case Opcode.AccumulateErrorShare:
      return gradients.accumulateErrorShare<F>(gradient, a, b, fourth, columns);
    default:
      return unreachable();
  }
}
