import type { OverflowLog } from '../overflow-log.js';
import type { Instruction, TermOperands } from './instruction.js';
import { manageMemory, createMemory, type LinearMemory } from './memory.js';
import { engineModule, instantiate } from './module.js';
import { Field, Term, ThreadState } from './opcodes.js';

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
  /** Runs one instruction at once, on this thread. */
  execute(instruction: Instruction): void;
  /** Puts instructions into memory. `counters` gives the counter of each, in the order of the operations. */
  assemble(instructions: readonly Instruction[], counters: readonly number[]): Program;
  run(program: Program): void;
  /** Puts terms into memory. Those of an instruction that is executed at once are overwritten by the next. */
  terms(terms: readonly TermOperands[], keep: boolean): number;
  /** An action of JavaScript, for `Opcode.Host`. One that is executed at once is overwritten by the next. */
  action(action: () => void, keep: boolean): number;
}

function write(instruction: Instruction, counter: number, words: Int32Array, at: number): void {
  words[at + Field.Opcode] = instruction.opcode;
  words[at + Field.Counter] = counter;
  words[at + Field.Rows] = instruction.rows;
  words[at + Field.Columns] = instruction.columns;
  words.set(instruction.operands, at + Field.Operands);
}

export function createEngine(fracBits: number, overflows: OverflowLog): Engine {
  const actions: (() => void)[] = [() => {}];
  const shared = createMemory();
  const engine = instantiate(engineModule(), shared, fracBits, (index) => actions[index]());
  const memory = manageMemory(shared, engine.firstFreeByte());

  const single = memory.int32s(Field.Words);
  const barrier = memory.reserve(64);
  let looseTerms = memory.int32s(8 * Term.Words);
  let state = memory.int32s((ThreadState.Counters >> 2) + 1);

  function runProgram(address: number, count: number): void {
    engine.run(address, count, 0, 1, state.byteOffset, barrier);
  }

  /** Moves the counters to the log. */
  function collect(places: readonly string[]): void {
    if (state[ThreadState.Dirty >> 2] === 0) return;
    state[ThreadState.Dirty >> 2] = 0;
    for (let i = 0; i < places.length; i++) {
      const counter = (ThreadState.Counters >> 2) + i;
      overflows.add(places[i], state[counter]);
      state[counter] = 0;
    }
  }

  return {
    memory,
    execute(instruction) {
      write(instruction, 0, single, 0);
      runProgram(single.byteOffset, 1);
      collect([instruction.place]);
    },
    assemble(instructions, counters) {
      const words = memory.int32s(instructions.length * Field.Words);
      const places: string[] = [];
      for (const [i, instruction] of instructions.entries()) {
        write(instruction, counters[i], words, i * Field.Words);
        places[counters[i]] = instruction.place;
      }
      const needed = (ThreadState.Counters >> 2) + places.length;
      if (state.length < needed) state = memory.int32s(needed);
      return { address: words.byteOffset, count: instructions.length, places };
    },
    run(program) {
      runProgram(program.address, program.count);
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
