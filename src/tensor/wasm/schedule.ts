import { overlap, type Access, type Instruction, type Range } from './instruction.js';
import { Opcode } from './opcodes.js';

/** An instruction, and how it is carried out. */
export interface Scheduled {
  readonly instruction: Instruction;
  /** The first counter that its overflows go to. */
  readonly counter: number;
  /** Whether the thread that meets it does all of it, not its columns alone. */
  readonly whole: boolean;
}

/** The programs of one recorded run. */
export interface Schedule {
  /** For a single thread. */
  readonly alone: readonly Scheduled[];
  /** For several threads, one each; undefined where a single thread has to do it all. */
  readonly together: readonly (readonly Scheduled[])[] | undefined;
}

const BARRIER: Scheduled = {
  instruction: { opcode: Opcode.Barrier, places: [], rows: 0, columns: 0, operands: [], accesses: [] },
  counter: 0,
  whole: true,
};

/**
 * Programs for what was recorded, as one strip or as several that do the same with matrices of their own. The columns
 * of a single strip are divided among the threads; of several strips each is done by one thread, strip i by thread i
 * modulo their number. What adds up the partial sums of all threads comes last, and is divided again.
 *
 * @throws Error where several strips are not alike, or those of one thread read or write what those of another write
 */
export function schedule(strips: readonly (readonly Instruction[])[], threads: number): Schedule {
  if (strips.length === 1) {
    const alone = counted(strips[0], false);
    if (threads === 1) return { alone, together: undefined };
    const program = withBarriers(postponed(alone));
    return { alone: program, together: Array.from({ length: threads }, () => program) };
  }
  requireAlike(strips);
  requireApart(strips, threads);
  const own = strips.map((strip) => counted(strip, true).filter(({ instruction }) => !isFinish(instruction)));
  const joint = counted(strips[0], false).filter(({ instruction }) => isFinish(instruction));
  const alone = [...own.flat(), ...joint];
  // An action is run by the first thread alone, in its place.
  if (threads === 1 || alone.some(({ instruction }) => instruction.opcode === Opcode.Host)) {
    return { alone, together: undefined };
  }
  const ending = [BARRIER, ...withBarriers(joint)];
  const together = Array.from({ length: threads }, (_, thread) => [
    ...ofThread(own, thread, threads).flat(),
    ...ending,
  ]);
  return { alone, together };
}

function ofThread<Strip>(strips: readonly Strip[], thread: number, threads: number): Strip[] {
  return strips.filter((_, i) => i % threads === thread);
}

/** The instructions, each with the first of its counters. */
function counted(instructions: readonly Instruction[], whole: boolean): Scheduled[] {
  let counter = 0;
  return instructions.map((instruction) => {
    const scheduled = { instruction, counter, whole };
    counter += instruction.places.length;
    return scheduled;
  });
}

/**
 * Puts off what adds up the partial sums of all threads until its result is needed or the program ends, so that one
 * barrier serves many sums. Counters stay as they are.
 */
function postponed(instructions: readonly Scheduled[]): Scheduled[] {
  const program: Scheduled[] = [];
  let finishing: Scheduled[] = [];
  for (const scheduled of instructions) {
    const { instruction } = scheduled;
    if (isFinish(instruction)) {
      finishing.push(scheduled);
      continue;
    }
    const isNeeded = finishing.some(({ instruction: { accesses } }) =>
      accesses.some((earlier) => instruction.accesses.some((access) => interfere(earlier, access))),
    );
    if (isNeeded) {
      program.push(...finishing);
      finishing = [];
    }
    program.push(scheduled);
  }
  return [...program, ...finishing];
}

/**
 * Puts a barrier wherever a thread could otherwise read what another has not written yet, or write what another has
 * not read yet, and one at the end.
 */
function withBarriers(instructions: readonly Scheduled[]): Scheduled[] {
  const program: Scheduled[] = [];
  /** What was read and written since the last barrier. */
  let recent: Access[] = [];
  for (const scheduled of instructions) {
    const { accesses } = scheduled.instruction;
    if (accesses.some((access) => recent.some((earlier) => conflict(earlier, access)))) {
      program.push(BARRIER);
      recent = [];
    }
    recent.push(...accesses);
    program.push(scheduled);
  }
  program.push(BARRIER);
  return program;
}

function isFinish({ opcode }: Instruction): boolean {
  return opcode === Opcode.FinishProducts || opcode === Opcode.FinishSums;
}

/** Whether two accesses touch the same memory and at least one of them writes. */
function interfere(a: Access, b: Access): boolean {
  return (a.writes || b.writes) && overlap(a, b);
}

/** Whether they do so from different threads. */
function conflict(a: Access, b: Access): boolean {
  return interfere(a, b) && !isSameThread(a, b);
}

/** Whether every element is touched by one thread in both accesses. */
function isSameThread(a: Access, b: Access): boolean {
  if (a.columns !== b.columns || a.size !== b.size) return false;
  if (a.columns <= 0) return a.columns < 0;
  return ((a.start - b.start) / a.size) % a.columns === 0;
}

/** Strips have the same instructions, which differ in their columns and addresses; what they finish is the same. */
function requireAlike([first, ...others]: readonly (readonly Instruction[])[]): void {
  for (const other of others) {
    const alike =
      other.length === first.length &&
      other.every((instruction, i) => {
        const { opcode, places, operands } = first[i];
        return (
          instruction.opcode === opcode &&
          instruction.places.join() === places.join() &&
          (!isFinish(instruction) || instruction.operands.join() === operands.join())
        );
      });
    if (!alike) throw stripsDiffer();
  }
}

export function stripsDiffer(): Error {
  return new Error('strips of a batch that run beside each other must do the same');
}

/** Threads write to memory of their own, and leave alone what is finished once all of them are done. */
function requireApart(strips: readonly (readonly Instruction[])[], threads: number): void {
  const parts = Array.from({ length: threads }, (_, thread) => {
    const accesses = ofThread(strips, thread, threads)
      .flat()
      .filter((instruction) => !isFinish(instruction) && instruction.opcode !== Opcode.Host)
      .flatMap((instruction) => instruction.accesses);
    return { touched: union(accesses), written: union(accesses.filter(({ writes }) => writes)) };
  });
  const finished = strips[0]
    .filter(isFinish)
    .flatMap(({ accesses }) => accesses.filter(({ writes }) => writes));
  const all = [...parts, { touched: [], written: union(finished) }];
  const isShared = all.some(({ written }, i) =>
    all.some(({ touched }, other) => other !== i && intersect(written, touched)),
  );
  if (isShared) {
    throw new Error('strips of a batch that run beside each other must write to memory of their own');
  }
}

/** The same bytes as ranges that do not touch, ascending. */
function union(ranges: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Whether two unions have a byte in common. */
function intersect(a: readonly Range[], b: readonly Range[]): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (overlap(a[i], b[j])) return true;
    if (a[i].end <= b[j].end) i++;
    else j++;
  }
  return false;
}
