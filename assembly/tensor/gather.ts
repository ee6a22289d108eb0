/** Samples that are transposed together: sixteen int32 of a row are a cache line. */
const BLOCK: i32 = 16;

/** Four rows of four samples: a transposition in registers. */
@inline
function transpose(dst: usize, stride: usize, a: usize, b: usize, c: usize, d: usize): void {
  const ra = v128.load(a);
  const rb = v128.load(b);
  const rc = v128.load(c);
  const rd = v128.load(d);
  const ab0 = v128.shuffle<i32>(ra, rb, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(ra, rb, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(rc, rd, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(rc, rd, 2, 6, 3, 7);
  v128.store(dst, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(dst + stride, v128.shuffle<i64>(ab0, cd0, 1, 3));
  v128.store(dst + 2 * stride, v128.shuffle<i64>(ab1, cd1, 0, 2));
  v128.store(dst + 3 * stride, v128.shuffle<i64>(ab1, cd1, 1, 3));
}

@inline
function sampleOf(src: usize, starts: usize, column: i32): usize {
  return src + (<usize>load<i32>(starts + (<usize>column << 2)) << 2);
}

/** One column from a row on. */
function gatherColumn(dst: usize, stride: usize, sample: usize, rows: i32): void {
  for (; rows > 0; rows--) {
    store<i32>(dst, load<i32>(sample));
    sample += 4;
    dst += stride;
  }
}

/**
 * Column j of dst (rows × width, int32) = the elements of src from starts[j] on, for some columns.
 *
 * @param starts address of int32 elements
 */
export function gather(
  dst: usize,
  src: usize,
  starts: usize,
  rows: i32,
  width: i32,
  column: i32,
  columns: i32,
): void {
  const stride = <usize>width << 2;
  const end = column + columns;
  for (; column + 4 <= end; column += BLOCK) {
    const blockEnd = min(column + BLOCK, end);
    for (let row = 0; row + 4 <= rows; row += 4) {
      const offset = <usize>row << 2;
      for (let j = column; j + 4 <= blockEnd; j += 4) {
        transpose(
          dst + <usize>row * stride + (<usize>j << 2),
          stride,
          sampleOf(src, starts, j) + offset,
          sampleOf(src, starts, j + 1) + offset,
          sampleOf(src, starts, j + 2) + offset,
          sampleOf(src, starts, j + 3) + offset,
        );
      }
    }
    // What does not fill a block of four rows or columns.
    const whole = column + ((blockEnd - column) & ~3);
    const tail = rows & 3;
    const firstRow = rows - tail;
    for (let j = column; tail > 0 && j < whole; j++) {
      const sample = sampleOf(src, starts, j) + (<usize>firstRow << 2);
      gatherColumn(dst + <usize>firstRow * stride + (<usize>j << 2), stride, sample, tail);
    }
    for (let j = whole; j < blockEnd; j++) {
      gatherColumn(dst + (<usize>j << 2), stride, sampleOf(src, starts, j), rows);
    }
  }
  for (; column < end; column++) {
    gatherColumn(dst + (<usize>column << 2), stride, sampleOf(src, starts, column), rows);
  }
}
