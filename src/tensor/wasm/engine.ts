import type { OverflowLog } from '../overflow-log.js';
import type { Instruction, TermOperands } from './instruction.js';
import { manageMemory, createMemory, type LinearMemory } from './memory.js';
import { engineModule, FIRST_KERNEL, instantiate, type LinkedKernels } from './module.js';
import { createPool, type Stretch } from './pool.js';
import { schedule, type Scheduled } from './schedule.js';
import { Field, Term, ThreadState } from './opcodes.js';

/** A program in memory. */
export interface Program {
  /** What each thread runs; undefined where one thread has to run it alone. */
  readonly together: readonly Stretch[] | undefined;
  /** What a single thread runs. */
  readonly alone: Stretch;
  /** The place of each counter. */
  readonly places: readonly string[];
}

/** Runs instructions on one memory, now or as a program, and counts what they clamp. */
export interface Engine {
  readonly memory: LinearMemory;
  /** How many threads a program may be run by. */
  readonly threads: number;
  /** The place in the engine's table of each kernel that was linked, by "name hash". */
  readonly linked: ReadonlyMap<string, number>;
  /** Ends the other threads. */
  dispose(): void;
  /** Runs one instruction at once, on this thread. */
  execute(instruction: Instruction): void;
  /** Puts instructions into memory, with all that the threads need to run them together: see `schedule`. */
  assemble(strips: readonly (readonly Instruction[])[]): Program;
  run(program: Program): void;
  /** Puts terms into memory. Those of an instruction that is executed at once are overwritten by the next. */
  terms(terms: readonly TermOperands[], keep: boolean): number;
  /** An action of JavaScript, for `Opcode.Host`. One that is executed at once is overwritten by the next. */
  action(action: () => void, keep: boolean): number;
}

/** Counters that the widest instruction has. */
const MOST_PLACES = 8;

function write({ instruction, counter, whole }: Scheduled, words: Int32Array, at: number): void {
  words[at + Field.Opcode] = instruction.opcode;
  words[at + Field.Counter] = counter;
  words[at + Field.Rows] = instruction.rows;
  words[at + Field.Columns] = instruction.columns;
  words[at + Field.Whole] = whole ? 1 : 0;
  words.set(instruction.operands, at + Field.Operands);
}

export interface EngineOptions {
  readonly fracBits: number;
  /** That run a program together; at least 1. */
  readonly threads: number;
  /** Receives a message where there will be fewer threads. */
  readonly notify: (message: string) => void;
  /** Kernels that it runs itself, on every thread. */
  readonly kernels?: LinkedKernels | undefined;
}

export function createEngine(options: EngineOptions, overflows: OverflowLog): Engine {
  const { fracBits, threads, kernels } = options;
  const actions: (() => void)[] = [() => {}];
  const shared = createMemory();
  const engine = instantiate(engineModule(), shared, fracBits, (index) => actions[index](), kernels);
  const memory = manageMemory(shared, engine.firstFreeByte());
  const pool = createPool(memory, options);

  const single = memory.int32s(Field.Words);
  let looseTerms = memory.int32s(8 * Term.Words);
  let { states, addresses } = statesFor(MOST_PLACES);

  /** A state for each thread, with that many counters. */
  function statesFor(counters: number) {
    const made = Array.from({ length: threads }, () => memory.int32s((ThreadState.Counters >> 2) + counters));
    return { states: made, addresses: made.map(({ byteOffset }) => byteOffset) };
  }

  /** Moves the counters of all threads to the log. */
  function collect(places: readonly string[]): void {
    if (states.every((state) => state[ThreadState.Dirty >> 2] === 0)) return;
    for (const state of states) state[ThreadState.Dirty >> 2] = 0;
    for (let i = 0; i < places.length; i++) {
      const counter = (ThreadState.Counters >> 2) + i;
      overflows.add(
        places[i],
        states.reduce((sum, state) => sum + state[counter], 0),
      );
      for (const state of states) state[counter] = 0;
    }
  }

  function place(program: readonly Scheduled[]): Stretch {
    const words = memory.int32s(program.length * Field.Words);
    for (const [i, scheduled] of program.entries()) write(scheduled, words, i * Field.Words);
    return { address: words.byteOffset, count: program.length };
  }

  /** This thread's part of what all run, the workers having started with theirs. */
  function runTogether(programs: readonly Stretch[], sharing: number): void {
    pool.start(programs, addresses);
    let finished = false;
    try {
      finished = runStretch(programs[0], sharing);
    } finally {
      if (!finished) pool.abandon();
    }
    if (!finished) throw new Error('a worker thread of the wasm backend has stopped or does not answer');
  }

  function runStretch({ address, count }: Stretch, sharing: number): boolean {
    return engine.run(address, count, 0, sharing, addresses[0], pool.barrier) !== 0;
  }

  return {
    memory,
    threads,
    linked: new Map(kernels?.identities.map((identity, i) => [identity, FIRST_KERNEL + i])),
    dispose: pool.dispose,
    execute(instruction) {
      write({ instruction, counter: 0, whole: true }, single, 0);
      runStretch({ address: single.byteOffset, count: 1 }, 1);
      collect(instruction.places);
    },
    assemble(strips) {
      const places = strips[0].flatMap((instruction) => instruction.places);
      if (states[0].length < (ThreadState.Counters >> 2) + places.length) {
        ({ states, addresses } = statesFor(places.length));
      }
      const { alone, together } = schedule(strips, threads);
      const placed = new Map<readonly Scheduled[], Stretch>();
      const placeOnce = (program: readonly Scheduled[]): Stretch => {
        const stretch = placed.get(program) ?? place(program);
        placed.set(program, stretch);
        return stretch;
      };
      return { alone: placeOnce(alone), together: together?.map(placeOnce), places };
    },
    run({ together, alone, places }) {
      const sharing = pool.threads();
      if (sharing > 1 && together !== undefined) runTogether(together, sharing);
      else runStretch(alone, 1);
      collect(places);
    },
    terms(terms, keep) {
      let words = looseTerms;
      const length = terms.length * Term.Words;
      if (keep || words.length < length) words = memory.int32s(length);
      if (!keep) looseTerms = words;
      for (const [i, term] of terms.entries()) {
        const at = i * Term.Words;
        words[at + Term.Kind] = term.kind;
        words[at + Term.A] = term.a;
        words[at + Term.B] = term.b;
        words[at + Term.Inner] = term.inner;
        words[at + Term.RowStride] = term.rowStride;
        words[at + Term.Step] = term.step;
        words[at + Term.RightStride] = term.rightStride;
      }
      return words.byteOffset;
    },
    action(action, keep) {
      if (keep) return actions.push(action) - 1;
      actions[0] = action;
      return 0;
    },
  };
}
