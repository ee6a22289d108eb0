import type { KernelTable } from '../kernel.js';
import type { LinearMemory } from './memory.js';
import { Table } from './opcodes.js';

/** Puts tables of kernels into memory, each once. */
export function createTables(memory: LinearMemory): (table: KernelTable) => number {
  const placed = new WeakMap<KernelTable, number>();

  function place(table: KernelTable): number {
    const { cells, rows, degree, steps } = table;
    const widest = cells.reduce((most, row) => Math.max(most, row), 0);
    const lastCell = (table.limit + table.cellOffset) >>> table.cellBits;
    if (
      cells.length <= lastCell ||
      rows.length < (widest + 1) * (degree + 2) ||
      steps.length !== degree + 1
    ) {
      throw new RangeError('the table of a kernel does not have the cells, rows and steps that it speaks of');
    }
    const head = memory.int32s((Table.Steps >> 2) + steps.length * 4);
    const rowDoubles = memory.float64s(rows.length);
    rowDoubles.set(rows);
    const addresses = memory.int32s(cells.length);
    for (const [cell, row] of cells.entries()) {
      addresses[cell] = rowDoubles.byteOffset + 8 * (degree + 2) * row;
    }
    head[Table.Limit >> 2] = table.limit;
    head[Table.CellOffset >> 2] = table.cellOffset;
    head[Table.CellBits >> 2] = table.cellBits;
    head[Table.Cells >> 2] = addresses.byteOffset;
    head[Table.Degree >> 2] = degree;
    head[Table.Complement >> 2] = table.complement;
    new Float64Array(head.buffer, head.byteOffset + Table.Steps, steps.length * 2).set(steps.flat());
    return head.byteOffset;
  }

  return (table) => {
    let address = placed.get(table);
    if (address === undefined) {
      address = place(table);
      placed.set(table, address);
    }
    return address;
  };
}
