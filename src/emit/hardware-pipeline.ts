import type { Interval } from '../fixedpoint/interval.js';
import { operandsOf, type Program, type Value } from './program.js';

/** The vector that a value is: with a sign where it can be negative, without one otherwise. */
export interface Vector {
  readonly signed: boolean;
  readonly bits: number;
}

/** The narrowest vector for an interval; one bit for zero. */
export function vectorOf({ lo, hi }: Interval): Vector {
  if (lo >= 0n) return { signed: false, bits: Math.max(1, lengthOf(hi)) };
  const [below, above] = [lengthOf(-lo - 1n), hi < 0n ? 0 : lengthOf(hi)];
  return { signed: true, bits: Math.max(below, above) + 1 };
}

const lengthOf = (value: bigint) => (value === 0n ? 0 : value.toString(2).length);

const log2 = (count: number) => Math.ceil(Math.log2(Math.max(1, count)));

/**
 * Levels of logic that an operation is deep, roughly (a heuristic): carries and trees take the logarithm of
 * their width, wires nothing.
 */
export function delayOf({ operation, interval }: Value): number {
  const widthOf = (value: Value) => vectorOf(value.interval).bits;
  switch (operation.kind) {
    case 'input':
    case 'constant':
    case 'shiftLeft':
    case 'shiftRight':
    case 'lowBits':
      return 0;
    case 'add':
    case 'subtract':
    case 'negate':
      return 1 + log2(vectorOf(interval).bits);
    case 'compare':
      return 1 + log2(Math.max(widthOf(operation.left), widthOf(operation.right)));
    case 'min':
    case 'max':
      return 2 + log2(Math.max(widthOf(operation.left), widthOf(operation.right)));
    case 'multiply':
      return 2 + 2 * log2(widthOf(operation.left) + widthOf(operation.right));
    case 'shiftLeftBy':
    case 'shiftRightBy':
      return widthOf(operation.amount);
    case 'and':
    case 'select':
      return 1;
    case 'bitLength':
      return 2 * log2(widthOf(operation.value));
    case 'element':
      return 1 + (log2(operation.table.rows) >> 1);
    case 'search':
      throw new TypeError('a search has to be bisected first');
  }
}

/** In which stage each value is computed, from 0; stage i is followed by registers, but in a design without any. */
export interface Pipeline {
  /** Cycles from an input to its output: as many as there are stages, or none. */
  readonly latency: number;
  readonly stageOf: ReadonlyMap<Value, number>;
  /** The deepest stage, in levels of `delayOf`. */
  readonly depth: number;
  /** Bits that all registers hold, those of the valid bit left out. */
  readonly registerBits: number;
}

/**
 * Places a program's operations into stages so that the deepest stage is as shallow as it can be when every
 * operation comes as early as it may; then moves operations to later stages where fewer bits have to be held.
 *
 * @param latency stages, each with registers at its end; none for 0
 */
export function pipeline(program: Program, latency: number): Pipeline {
  const stages = Math.max(1, latency);
  let [low, high] = [deepestOperation(program), totalDepth(program)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stagesNeeded(program, middle) <= stages) high = middle;
    else low = middle + 1;
  }
  const early = earliest(program, low);
  const stageOf = latency === 0 ? early : settled(program, early, { latency, depth: low });
  return { latency, stageOf, depth: low, registerBits: registerBits(program, stageOf, latency) };
}

/** As many stages as let none be deeper than the deepest operation (a heuristic: more would save nothing). */
export function chosenLatency(program: Program): number {
  return stagesNeeded(program, deepestOperation(program));
}

function deepestOperation({ statements }: Program): number {
  return Math.max(...statements.map(delayOf));
}

function totalDepth(program: Program): number {
  return Math.max(...arrivals(program, new Map()).values());
}

function stagesNeeded(program: Program, depth: number): number {
  return 1 + Math.max(...earliest(program, depth).values());
}

/** Every value as early as it may be, in stages of a depth. */
function earliest({ statements }: Program, depth: number): Map<Value, number> {
  const stageOf = new Map<Value, number>();
  const arrival = new Map<Value, number>();
  for (const value of statements) {
    const operands = operandsOf(value).filter((operand) => stageOf.has(operand));
    const stage = Math.max(0, ...operands.map((operand) => stageOf.get(operand) ?? 0));
    const start = Math.max(
      0,
      ...operands.filter((o) => stageOf.get(o) === stage).map((o) => arrival.get(o) ?? 0),
    );
    const delay = delayOf(value);
    const fits = start + delay <= depth;
    stageOf.set(value, fits ? stage : stage + 1);
    arrival.set(value, fits ? start + delay : delay);
  }
  return stageOf;
}

/** When each value settles within its stage; all are of one stage where nothing is said of them. */
function arrivals({ statements }: Program, stageOf: ReadonlyMap<Value, number>): Map<Value, number> {
  const arrival = new Map<Value, number>();
  for (const value of statements) {
    const before = operandsOf(value).filter((o) => arrival.has(o) && stageOf.get(o) === stageOf.get(value));
    arrival.set(value, Math.max(0, ...before.map((o) => arrival.get(o) ?? 0)) + delayOf(value));
  }
  return arrival;
}

/** The last stage in which each value is read. The result is read after the last. */
export function lastReads(
  { statements, result }: Program,
  stageOf: ReadonlyMap<Value, number>,
  latency: number,
): ReadonlyMap<Value, number> {
  const last = new Map<Value, number>();
  const read = (value: Value, stage: number) => last.set(value, Math.max(stage, last.get(value) ?? 0));
  for (const value of statements) {
    for (const operand of operandsOf(value)) read(operand, stageOf.get(value) ?? 0);
  }
  read(result, latency);
  return last;
}

function registerBits(program: Program, stageOf: ReadonlyMap<Value, number>, latency: number): number {
  let bits = 0;
  for (const [value, last] of lastReads(program, stageOf, latency)) {
    const stage = stageOf.get(value);
    if (stage !== undefined) bits += Math.max(0, last - stage) * vectorOf(value.interval).bits;
  }
  return bits;
}

/** Moves values to later stages, the last first, while that saves bits and keeps the depth. */
function settled(
  program: Program,
  early: ReadonlyMap<Value, number>,
  { latency, depth }: { readonly latency: number; readonly depth: number },
): ReadonlyMap<Value, number> {
  const stageOf = new Map(early);
  const isPossible = () => {
    const inOrder = program.statements.every((value) =>
      operandsOf(value).every((operand) => (stageOf.get(operand) ?? 0) <= (stageOf.get(value) ?? 0)),
    );
    return inOrder && Math.max(...arrivals(program, stageOf).values()) <= depth;
  };
  let bits = registerBits(program, stageOf, latency);
  for (const value of program.statements.toReversed()) {
    // The input arrives with the first stage.
    if (value.operation.kind === 'input') continue;
    const from = stageOf.get(value) ?? 0;
    let best = from;
    for (let stage = from + 1; stage < latency; stage++) {
      stageOf.set(value, stage);
      const moved = isPossible() ? registerBits(program, stageOf, latency) : Infinity;
      if (moved < bits) [best, bits] = [stage, moved];
    }
    stageOf.set(value, best);
  }
  return stageOf;
}
