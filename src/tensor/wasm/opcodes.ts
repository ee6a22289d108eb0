/*
 * What the program of an engine is made of. This file is read by both compilers, TypeScript's and
 * AssemblyScript's, so that the two sides cannot differ.
 */

/** What an instruction does. The operands are described where the engine carries it out. */
export enum Opcode {
  Add,
  Subtract,
  Multiply,
  AddConstant,
  Scale,
  Sum,
  ProductSum,
  TableKernel,
  Host,
  SettleGradient,
  LoadGradient,
  ClearGradient,
  Accumulate,
  AccumulateProduct,
  AccumulateSigmoid,
  AccumulateTanh,
  AccumulateErrorShare,
  /** A left factor, transposed and as doubles: the greatest magnitude of each of its parts, then the parts. */
  WidenLeft,
  AccumulateRight,
  PartialLeft,
  PartialRowSums,
  FinishProducts,
  FinishSums,
  CellGradient,
  Gather,
  Barrier,
  LinkedKernel,
}

/** Words of an instruction (int32). The operands follow from `Operands` on; addresses are in bytes. */
export enum Field {
  Opcode = 0,
  /** Which counter takes the overflows. */
  Counter = 1,
  Rows = 2,
  Columns = 3,
  /** Not zero where the thread that meets the instruction does all of it, not its columns alone. */
  Whole = 4,
  Operands = 5,
  Words = 16,
}

/** Words of one term of a sum of products. */
export enum Term {
  Kind = 0,
  /** Address of the left factor. */
  A = 1,
  /** Address of the right factor. */
  B = 2,
  /** Terms of each dot product. */
  Inner = 3,
  /** Bytes from one row of the left factor to the next. */
  RowStride = 4,
  /** Bytes from one element of a row of the left factor to the next. */
  Step = 5,
  /** Bytes from one row of the right factor to the next. */
  RightStride = 6,
  Words = 8,
}

export enum TermKind {
  Matmul = 0,
  Elementwise = 1,
}

/** A kernel's table, in bytes: int32, then doubles. */
export enum Table {
  Limit = 0,
  CellOffset = 4,
  CellBits = 8,
  /** Address of the cells: for each the address of its row, which is coefficients from the highest power down, then the origin. */
  Cells = 12,
  Degree = 16,
  /** Added to the negated value for a negative argument: 0 for an odd function, 1 for f(−x) = 1 − f(x). */
  Complement = 20,
  /** Per step of Horner's rule, and for the last rounding: a scale and a bias. */
  Steps = 24,
}

/** What each thread keeps for itself, in bytes. */
export enum ThreadState {
  /** int32: not zero where a counter is. */
  Dirty = 0,
  /** @public double: the greatest magnitude of the gradient that was settled, loaded or set last. */
  Peak = 8,
  /** int32 each: results clamped, by the counter of the instruction. */
  Counters = 16,
}
