import { Table } from '../../src/tensor/wasm/opcodes';
import { loadLanes, storeLanes } from './lanes';

/** Adding and subtracting this rounds a double below 2^51 to an integer, ties to even. */
const ROUND: f64 = 6755399441055744;

@inline
function pair(first: usize, second: usize, offset: usize): v128 {
  return v128.load_lane<i64>(second + offset, v128.load64_zero(first + offset), 1);
}

/** Two values of the polynomials whose rows are given, in the low words of the lanes. */
@inline
function horner(table: usize, degree: i32, inside: v128, first: usize, second: usize): v128 {
  const round = f64x2.splat(ROUND);
  const bytes = <usize>(degree << 3);
  const t = f64x2.sub(f64x2.convert_low_i32x4_s(inside), pair(first, second, bytes + 8));
  let y = pair(first, second, 0);
  let steps = table + Table.Steps;
  for (let offset: usize = 8; offset <= bytes; offset += 8) {
    const scale = v128.load64_splat(steps);
    const bias = v128.load64_splat(steps, 8);
    steps += 16;
    const product = f64x2.add(f64x2.mul(f64x2.mul(y, t), scale), bias);
    y = f64x2.add(f64x2.sub(f64x2.add(product, round), round), pair(first, second, offset));
  }
  const last = f64x2.add(f64x2.mul(y, v128.load64_splat(steps)), v128.load64_splat(steps, 8));
  return f64x2.add(last, round);
}

@inline
function rowOf(cells: usize, cell: u32): usize {
  return load<u32>(cells + (cell << 2));
}

@inline
function step(table: usize, dst: usize, src: usize, count: i32): void {
  const cells = <usize>load<u32>(table + Table.Cells);
  const degree = load<i32>(table + Table.Degree);
  const x = loadLanes(src, count);
  const sign = i32x4.shr_s(x, 31);
  const inside = i32x4.min_u(i32x4.abs(x), v128.load32_splat(table + Table.Limit));
  const cell = i32x4.shr_u(
    i32x4.add(inside, v128.load32_splat(table + Table.CellOffset)),
    load<i32>(table + Table.CellBits),
  );
  const low = horner(
    table,
    degree,
    inside,
    rowOf(cells, i32x4.extract_lane(cell, 0)),
    rowOf(cells, i32x4.extract_lane(cell, 1)),
  );
  const high = horner(
    table,
    degree,
    v128.shuffle<i64>(inside, inside, 1, 1),
    rowOf(cells, i32x4.extract_lane(cell, 2)),
    rowOf(cells, i32x4.extract_lane(cell, 3)),
  );
  const y = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const complement = v128.and(v128.load32_splat(table + Table.Complement), sign);
  storeLanes(dst, i32x4.add(i32x4.sub(v128.xor(y, sign), sign), complement), count);
}

/** dst = the kernel of src: polynomials chosen by the cell of |x|, evaluated by Horner's rule in doubles. */
export function tableKernel(dst: usize, src: usize, table: usize, length: i32): void {
  for (; length >= 4; length -= 4) {
    step(table, dst, src, 4);
    dst += 16;
    src += 16;
  }
  if (length > 0) step(table, dst, src, length);
}
