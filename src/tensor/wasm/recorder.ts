import type { Engine } from './engine.js';
import { createLayouts } from './layouts.js';
import type { Access, Instruction, TermOperands } from './instruction.js';

/** A gradient whose int32 copy is at hand. */
interface Copied {
  readonly start: number;
  readonly end: number;
  readonly copy: number;
}

interface Recording {
  readonly instructions: Instruction[];
  copied: Copied | undefined;
}

/**
 * Executes instructions at once, or, while a run is recorded, collects them into a program that does the same
 * each time it is run.
 */
export interface Recorder {
  isRecording(): boolean;
  emit(instruction: Instruction): void;
  terms(terms: readonly TermOperands[]): number;
  action(action: () => void): number;
  /**
   * The columns in which elements lie that are worked on one by one, going by the first of the buffers that is
   * known to be part of a matrix; their number where none is.
   */
  columnsOf(buffers: readonly (readonly [address: number, size: number])[], length: number): number;
  /** The copy of a gradient that the program has made and that nothing has outdated, if there is one. */
  copyOf(address: number, length: number): number | undefined;
  /** Says that `copy` now holds the gradient at `address`. */
  copied(address: number, length: number, copy: number): void;
  record(run: () => void): () => void;
}

/** Whether an access writes to the gradient or to its copy. */
function outdates({ start, end, writes }: Access, copied: Copied): boolean {
  const overlaps = (from: number, to: number): boolean => start < to && from < end;
  const length = (copied.end - copied.start) / 2; // of int32, where the gradient has doubles
  return writes && (overlaps(copied.start, copied.end) || overlaps(copied.copy, copied.copy + length));
}

export function createRecorder(engine: Engine): Recorder {
  const layouts = createLayouts();
  let recording: Recording | undefined;

  /** The instructions of a run. */
  function collect(run: () => void): Instruction[] {
    const instructions: Instruction[] = [];
    recording = { instructions, copied: undefined };
    try {
      run();
    } finally {
      recording = undefined;
    }
    return instructions;
  }

  return {
    isRecording: () => recording !== undefined,
    emit(instruction) {
      if (recording === undefined) {
        engine.execute(instruction);
        return;
      }
      recording.instructions.push(instruction);
      layouts.note(instruction.accesses);
      const { copied } = recording;
      if (copied !== undefined && instruction.accesses.some((access) => outdates(access, copied))) {
        recording.copied = undefined;
      }
    },
    terms: (terms) => engine.terms(terms, recording !== undefined),
    action: (action) => engine.action(action, recording !== undefined),
    columnsOf(buffers, length) {
      if (recording === undefined) return length;
      for (const [address, size] of buffers) {
        const columns = layouts.columnsOf(address, size, length);
        if (columns < length) return columns;
      }
      return length;
    },
    copyOf(address, length) {
      const copied = recording?.copied;
      if (copied === undefined || address < copied.start || address + 8 * length > copied.end) {
        return undefined;
      }
      return copied.copy + (address - copied.start) / 2;
    },
    copied(address, length, copy) {
      if (recording !== undefined) recording.copied = { start: address, end: address + 8 * length, copy };
    },
    record(run) {
      if (engine.threads > 1) collect(run); // learns how all matrices lie, before any is divided
      const instructions = collect(run);
      const program = engine.assemble(instructions);
      return () => engine.run(program);
    },
  };
}
