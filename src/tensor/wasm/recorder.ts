import type { Engine } from './engine.js';
import { createLayouts } from './layouts.js';
import { overlap, type Instruction, type Range, type TermOperands } from './instruction.js';
import { stripsDiffer } from './schedule.js';

/** A gradient whose int32 copy is at hand. */
interface Copied extends Range {
  readonly copy: number;
}

/** Memory for something that all strips have their part of. */
interface Joint {
  readonly address: number;
  readonly bytes: number;
}

interface Recording {
  readonly instructions: Instruction[];
  copied: Copied | undefined;
  /** Counted from 0. */
  readonly strip: number;
  /** How many strips there are. */
  readonly strips: number;
  /** Those of all strips, and how many this one has asked for. */
  readonly joints: Joint[];
  jointsTaken: number;
  /** What has been made of something, until that is written to. */
  readonly kept: Map<string, { readonly source: Range; readonly made: Apart }>;
}

/** Memory that each thread has a part of. */
export interface Apart {
  /** Where that of the first thread is or, in strips, that of this strip's. */
  readonly address: number;
  /** Of each part. */
  readonly bytes: number;
  /** All parts. */
  readonly whole: Range;
  /** The parts that an instruction which writes to such memory touches: all, or in strips this strip's. */
  readonly own: Range;
  /** In strips, how many threads have a part of it; otherwise 0, as that is found out when a program runs. */
  readonly parts: number;
  /** Whether an earlier strip of the same thread has left something there. */
  readonly used: boolean;
}

/**
 * Executes instructions at once, or, while a run is recorded, collects them into a program that does the same
 * each time it is run.
 */
export interface Recorder {
  isRecording(): boolean;
  /**
   * Memory for the greatest length so far, for each thread that has strips; smaller requests share it. Programs keep what
   * they have.
   */
  scratch(reserve: (length: number) => number): (length: number) => number;
  /**
   * Memory in which each thread has so many bytes for itself. In a program it is that of one instruction alone, or of
   * one in each strip, as sums are not added up until later.
   */
  apart(bytes: number, shared: () => number): Apart;
  emit(instruction: Instruction): void;
  terms(terms: readonly TermOperands[]): number;
  action(action: () => void): number;
  /**
   * The columns in which elements lie that are worked on one by one, going by the first of the buffers that is
   * known to be part of a matrix; their number where none is.
   */
  columnsOf(buffers: readonly (readonly [address: number, size: number])[], length: number): number;
  /** What `make` gives; in a program it is made once, and again only after its source has been written to. */
  kept(key: string, source: Range, make: () => Apart): Apart;
  /** The copy of a gradient that the program has made and that nothing has outdated, if there is one. */
  copyOf(address: number, length: number): number | undefined;
  /** Says that `copy` now holds the gradient at `address`. */
  copied(address: number, length: number, copy: number): void;
  /** A program of one run, or of several that do the same on strips of columns. */
  record(runs: readonly (() => void)[]): () => void;
}

/** Whether an instruction writes to some bytes. */
function overwrites({ accesses }: Instruction, range: Range): boolean {
  return accesses.some((access) => access.writes && overlap(access, range));
}

/** Whether an instruction writes to the gradient or to its copy. */
function outdates(instruction: Instruction, copied: Copied): boolean {
  const { start, end, copy } = copied;
  const length = (end - start) / 2; // of int32, where the gradient has doubles
  return overwrites(instruction, copied) || overwrites(instruction, { start: copy, end: copy + length });
}

export function createRecorder(engine: Engine): Recorder {
  const layouts = createLayouts();
  let recording: Recording | undefined;

  /** The instructions of each run. */
  function collect(runs: readonly (() => void)[]): Instruction[][] {
    const joints: Joint[] = [];
    return runs.map((run, strip) => {
      const instructions: Instruction[] = [];
      recording = {
        instructions,
        copied: undefined,
        strip,
        strips: runs.length,
        joints,
        jointsTaken: 0,
        kept: new Map(),
      };
      try {
        run();
      } finally {
        recording = undefined;
      }
      return instructions;
    });
  }

  /** How many threads have strips: the i-th of them has those whose number is i modulo it. */
  const partsOf = ({ strips }: Recording): number => Math.min(strips, engine.threads);

  /** The next memory that all strips have a part of: the n-th request of each of them gets the same. */
  function joint(current: Recording, bytes: number): number {
    const { joints } = current;
    const known = joints.at(current.jointsTaken++);
    if (known !== undefined && known.bytes !== bytes) {
      throw stripsDiffer();
    }
    if (known !== undefined) return known.address;
    const made = { address: engine.memory.reserve(partsOf(current) * bytes), bytes };
    joints.push(made);
    return made.address;
  }

  return {
    isRecording: () => recording !== undefined,
    scratch(reserve) {
      const blocks: { address: number; capacity: number }[] = [];
      return (length) => {
        const part = recording === undefined ? 0 : recording.strip % partsOf(recording);
        const block = blocks.at(part);
        if (block !== undefined && block.capacity >= length) return block.address;
        const address = reserve(length);
        blocks[part] = { address, capacity: length };
        return address;
      };
    },
    apart(bytes, shared) {
      if (recording !== undefined && recording.strips > 1) {
        const start = joint(recording, bytes);
        const parts = partsOf(recording);
        const { strip } = recording;
        const address = start + (strip % parts) * bytes;
        const own = { start: address, end: address + bytes };
        return {
          address,
          bytes,
          whole: { start, end: start + parts * bytes },
          own,
          parts,
          used: strip >= parts,
        };
      }
      const { threads, memory } = engine;
      const isDivided = threads > 1 && recording !== undefined;
      const start = isDivided ? memory.reserve(threads * bytes) : shared();
      const whole = { start, end: start + (isDivided ? threads * bytes : bytes) };
      return { address: start, bytes, whole, own: whole, parts: 0, used: false };
    },
    emit(instruction) {
      if (recording === undefined) {
        engine.execute(instruction);
        return;
      }
      recording.instructions.push(instruction);
      layouts.note(instruction.accesses);
      const { copied } = recording;
      if (copied !== undefined && outdates(instruction, copied)) recording.copied = undefined;
      for (const [key, { source }] of recording.kept) {
        if (overwrites(instruction, source)) recording.kept.delete(key);
      }
    },
    kept(key, source, make) {
      if (recording === undefined) return make();
      const known = recording.kept.get(key);
      if (known !== undefined) return known.made;
      const made = make();
      recording.kept.set(key, { source, made });
      return made;
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
    record(runs) {
      if (engine.threads > 1 && runs.length === 1) collect(runs); // learns how matrices lie, before any is divided
      const program = engine.assemble(collect(runs));
      return () => engine.run(program);
    },
  };
}
