import type { OverflowLog } from '../overflow-log.js';
import type { Instruction, TermOperands } from './instruction.js';
import { manageMemory, createMemory, type LinearMemory } from './memory.js';
import { engineModule, instantiate, type EngineExports } from './module.js';
import { createPool } from './pool.js';
import { countersOf, schedule } from './schedule.js';
import { Field, Term, ThreadState } from './opcodes.js';
import { balanceShares, equalShares, shareEnds, type Balance } from './shares.js';

/** A program in memory. */
export interface Program {
  readonly address: number;
  readonly count: number;
  /** The place of each counter. */
  readonly places: readonly string[];
}

/** Runs instructions on one memory, now or as a program, and counts what they clamp. */
export interface Engine {
  readonly memory: LinearMemory;
  /** How many threads a program may be run by. */
  readonly threads: number;
  /** The index of each kernel that the engine was built with, by "name hash". */
  readonly linked: ReadonlyMap<string, number>;
  /** Ends the other threads. */
  dispose(): void;
  /** Runs one instruction at once, on this thread. */
  execute(instruction: Instruction): void;
  /** Puts instructions into memory, with all that the threads need to run them together. */
  assemble(instructions: readonly Instruction[]): Program;
  run(program: Program): void;
  /** Puts terms into memory. Those of an instruction that is executed at once are overwritten by the next. */
  terms(terms: readonly TermOperands[], keep: boolean): number;
  /** An action of JavaScript, for `Opcode.Host`. One that is executed at once is overwritten by the next. */
  action(action: () => void, keep: boolean): number;
}

/** Counters that the widest instruction has. */
const MOST_PLACES = 8;

function write(instruction: Instruction, counter: number, words: Int32Array, at: number): void {
  words[at + Field.Opcode] = instruction.opcode;
  words[at + Field.Counter] = counter;
  words[at + Field.Rows] = instruction.rows;
  words[at + Field.Columns] = instruction.columns;
  words.set(instruction.operands, at + Field.Operands);
}

export interface EngineOptions {
  readonly fracBits: number;
  /** That run a program together; at least 1. */
  readonly threads: number;
  /** Receives a message where there will be fewer threads. */
  readonly notify: (message: string) => void;
  /** How the threads divide the columns of the next program; by their speed unless given. */
  readonly balance?: Balance | undefined;
}

export function createEngine(options: EngineOptions, overflows: OverflowLog): Engine {
  const { fracBits, threads, balance = balanceShares } = options;
  const actions: (() => void)[] = [() => {}];
  const shared = createMemory();
  const engine = instantiate(engineModule(), shared, fracBits, (index) => actions[index]());
  const memory = manageMemory(shared, engine.firstFreeByte());
  const pool = createPool(memory, fracBits, threads, options.notify);

  const single = memory.int32s(Field.Words);
  let looseTerms = memory.int32s(8 * Term.Words);
  let { states, addresses, busyTimes } = statesFor(MOST_PLACES);
  let shares = equalShares(threads);
  pool.shares.set(shareEnds(shares));

  /** A state for each thread, with that many counters: where it is, and where it notes how long it has worked. */
  function statesFor(counters: number) {
    const made = Array.from({ length: threads }, () => memory.int32s((ThreadState.Counters >> 2) + counters));
    return {
      states: made,
      addresses: made.map(({ byteOffset }) => byteOffset),
      busyTimes: made.map(
        ({ buffer, byteOffset }) => new Float64Array(buffer, byteOffset + ThreadState.Busy, 1),
      ),
    };
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

  /** Divides the columns of the next program, as the last one went. */
  function divideAnew(): void {
    shares = balance(
      shares,
      busyTimes.map(([time]) => time),
    );
    pool.shares.set(shareEnds(shares));
  }

  /** This thread's share of a program, the workers having started with theirs. */
  function runShare({ address, count }: Program, sharing: number): void {
    let finished = false;
    try {
      finished =
        engine.run(address, count, 0, sharing, addresses[0], pool.barrier, pool.shares.byteOffset) !== 0;
    } finally {
      if (!finished && sharing > 1) pool.abandon();
    }
    if (!finished) throw new Error('a worker thread of the wasm backend has stopped or does not answer');
  }

  return {
    memory,
    threads,
    linked: linkedKernels(engine, shared),
    dispose: pool.dispose,
    execute(instruction) {
      write(instruction, 0, single, 0);
      engine.run(single.byteOffset, 1, 0, 1, addresses[0], pool.barrier, pool.shares.byteOffset);
      collect(instruction.places);
    },
    assemble(instructions) {
      const program = threads > 1 ? schedule(instructions) : countersOf(instructions);
      const places = instructions.flatMap((instruction) => instruction.places);
      const words = memory.int32s(program.length * Field.Words);
      for (const [i, { instruction, counter }] of program.entries()) {
        write(instruction, counter, words, i * Field.Words);
      }
      if (states[0].length < (ThreadState.Counters >> 2) + places.length) {
        ({ states, addresses, busyTimes } = statesFor(places.length));
      }
      return {
        address: words.byteOffset,
        count: program.length,
        places,
      };
    },
    run(program) {
      const sharing = pool.threads();
      if (sharing > 1) pool.start(program.address, program.count, addresses);
      runShare(program, sharing);
      if (sharing > 1) divideAnew();
      collect(program.places);
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

function linkedKernels(engine: EngineExports, memory: WebAssembly.Memory): Map<string, number> {
  const linked = new Map<string, number>();
  for (let index = 0; index < engine.linkedKernels(); index++) {
    const address = engine.linkedIdentity(index);
    const [bytes] = new Uint32Array(memory.buffer, address - 4, 1);
    linked.set(String.fromCharCode(...new Uint16Array(memory.buffer, address, bytes / 2)), index);
  }
  return linked;
}
