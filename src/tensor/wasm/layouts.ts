import type { Access } from './instruction.js';

/**
 * In rows of how many columns the elements of each buffer lie. Elementwise operations are only told how many
 * elements there are; for threads to keep to their own columns from one operation to the next, they must be
 * divided as the matrix is of which they are a part.
 */
export interface Layouts {
  /** Takes in the columns of what an instruction writes and reads. */
  note(accesses: readonly Access[]): void;
  /** The columns of elements at an address, or their number where no whole rows of a known matrix are there. */
  columnsOf(address: number, size: number, length: number): number;
}

export function createLayouts(): Layouts {
  const known = new Map<string, Access>();
  return {
    note(accesses) {
      for (const access of accesses) {
        const { start, size, columns } = access;
        if (columns > 0 && (access.end - start) / size > columns) known.set(`${start} ${size}`, access);
      }
    },
    columnsOf(address, size, length) {
      for (const layout of known.values()) {
        if (layout.size !== size || address < layout.start || address + size * length > layout.end) continue;
        const { columns } = layout;
        if (((address - layout.start) / size) % columns === 0 && length % columns === 0) return columns;
      }
      return length;
    },
  };
}
