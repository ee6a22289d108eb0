import { FIRST_PAGES } from './module.js';

const PAGE = 65536;
/** Pages that may be used: 1 GiB. Only what is touched takes up memory. */
const MAXIMUM = 16384;
/** A cache line; also what every access of the engine wants at least. */
const ALIGNMENT = 64;
/** Pages that the memory grows by at least. */
const GROWTH = 16;

/**
 * One linear memory that the engine and JavaScript share. Buffers are never freed: a tape and its buffers live
 * as long as their backend. As the memory is shared, views stay valid when it grows.
 */
export interface LinearMemory {
  readonly memory: WebAssembly.Memory;
  /** The address of zeroed bytes. */
  reserve(bytes: number): number;
  int32s(length: number): Int32Array;
  float64s(length: number): Float64Array;
  /** A view of bytes that were reserved before. */
  int32sAt(address: number, length: number): Int32Array;
  /** The address of the first element of a view, which must be of this memory. */
  addressOf(view: Int32Array | Float64Array): number;
}

export function createMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAXIMUM, shared: true });
}

/** @param firstFree the first byte that the engine does not use itself */
export function manageMemory(memory: WebAssembly.Memory, firstFree: number): LinearMemory {
  const own = new WeakSet<ArrayBufferLike>();
  let next = Math.max(firstFree, ALIGNMENT); // 0 is nobody's address

  function buffer(): ArrayBufferLike {
    own.add(memory.buffer); // another object each time that the memory has grown
    return memory.buffer;
  }

  function reserve(bytes: number): number {
    const address = Math.ceil(next / ALIGNMENT) * ALIGNMENT;
    next = address + bytes;
    const missing = Math.ceil((next + ALIGNMENT - memory.buffer.byteLength) / PAGE);
    if (missing > 0) grow(missing);
    return address;
  }

  function grow(pages: number): void {
    try {
      memory.grow(Math.max(pages, GROWTH));
    } catch (error) {
      const mebibytes = Math.ceil(next / 2 ** 20);
      throw new RangeError(`the wasm backend cannot have ${mebibytes} MiB: its memory ends at 1024 MiB`, {
        cause: error,
      });
    }
  }

  return {
    memory,
    reserve,
    int32s(length) {
      const address = reserve(length * 4);
      return new Int32Array(buffer(), address, length);
    },
    float64s(length) {
      const address = reserve(length * 8);
      return new Float64Array(buffer(), address, length);
    },
    int32sAt: (address, length) => new Int32Array(buffer(), address, length),
    addressOf(view) {
      if (!own.has(view.buffer)) {
        throw new RangeError('the wasm backend works on buffers that it allocated itself, not on this one');
      }
      return view.byteOffset;
    },
  };
}
