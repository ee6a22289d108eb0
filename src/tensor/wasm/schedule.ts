import type { Access, Instruction } from './instruction.js';
import { Opcode } from './opcodes.js';

/** An instruction, and the first counter that its overflows go to. */
export interface Scheduled {
  readonly instruction: Instruction;
  readonly counter: number;
}

const BARRIER: Instruction = {
  opcode: Opcode.Barrier,
  places: [],
  rows: 0,
  columns: 0,
  operands: [],
  accesses: [],
};

/**
 * Makes a program for several threads: puts a barrier wherever a thread could otherwise read what another has
 * not written yet, or write what another has not read yet, and one at the end.
 *
 * What adds up the partial sums of all threads is put off until its result is needed or the program ends, so
 * that one barrier serves many sums. Counters stay in the order of the operations.
 */
export function schedule(instructions: readonly Instruction[]): Scheduled[] {
  const program: Scheduled[] = [];
  /** What was read and written since the last barrier. */
  let recent: Access[] = [];
  let postponed: Scheduled[] = [];

  function append(scheduled: Scheduled): void {
    const { accesses } = scheduled.instruction;
    if (accesses.some((access) => recent.some((earlier) => conflict(earlier, access)))) {
      program.push({ instruction: BARRIER, counter: scheduled.counter });
      recent = [];
    }
    recent.push(...accesses);
    program.push(scheduled);
  }

  function appendPostponed(): void {
    for (const scheduled of postponed) append(scheduled);
    postponed = [];
  }

  for (const { instruction, counter } of countersOf(instructions)) {
    if (isFinish(instruction)) {
      postponed.push({ instruction, counter });
      continue;
    }
    const isNeeded = postponed.some(({ instruction: { accesses } }) =>
      accesses.some((earlier) => instruction.accesses.some((access) => overlap(earlier, access))),
    );
    if (isNeeded) appendPostponed();
    append({ instruction, counter });
  }
  appendPostponed();
  program.push({ instruction: BARRIER, counter: 0 });
  return program;
}

/** The instructions, each with the first of its counters. */
export function countersOf(instructions: readonly Instruction[]): Scheduled[] {
  let counter = 0;
  return instructions.map((instruction) => {
    const scheduled = { instruction, counter };
    counter += instruction.places.length;
    return scheduled;
  });
}

function isFinish({ opcode }: Instruction): boolean {
  return opcode === Opcode.FinishProducts || opcode === Opcode.FinishSums;
}

/** Whether two accesses touch the same memory and at least one of them writes. */
function overlap(a: Access, b: Access): boolean {
  return (a.writes || b.writes) && a.start < b.end && b.start < a.end;
}

/** Whether they do so from different threads. */
function conflict(a: Access, b: Access): boolean {
  return overlap(a, b) && !isSameThread(a, b);
}

/** Whether every element is touched by one thread in both accesses. */
function isSameThread(a: Access, b: Access): boolean {
  if (a.columns !== b.columns || a.size !== b.size) return false;
  if (a.columns <= 0) return a.columns < 0;
  return ((a.start - b.start) / a.size) % a.columns === 0;
}
