/** The part of the WebAssembly API that is used here; Node's own types lack it, and the DOM's bring too much. */
// oxlint-disable typescript/no-extraneous-class
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: object);
    readonly exports: object;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { initial: number; element: 'anyfunc' });
    get(index: number): unknown;
    set(index: number, value: unknown): void;
  }
  function validate(bytes: Uint8Array): boolean;
}
