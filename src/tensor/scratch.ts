/** Working memory that grows to the largest request and is then reused: no allocation in the steady state. */
export interface Scratch {
  /** At least `length` elements, contents undefined; valid until the next request. */
  reserve(length: number): Float64Array;
}

export function createScratch(): Scratch {
  let memory = new Float64Array(0);
  return {
    reserve(length) {
      if (memory.length < length) memory = new Float64Array(length);
      return memory;
    },
  };
}
