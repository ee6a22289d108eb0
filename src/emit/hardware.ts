import type { KernelPlan } from '../plan/plan.js';
import { bisected } from './hardware-search.js';
import {
  chosenLatency,
  lastReads,
  pipeline,
  vectorOf,
  type Pipeline,
  type Vector,
} from './hardware-pipeline.js';
import { asciiText } from './comment.js';
import { withNames } from './hardware-names.js';
import { lower } from './lower.js';
import type { EmitOptions, EmittedFile } from './target.js';
import { costOfProgram, type TargetCost } from './target-cost.js';
import { usesInput, type Program, type ProgramColumn, type ProgramTable, type Value } from './program.js';

/*
 * What the hardware targets share: a plan's program in stages, with a name for every value in every stage.
 */

/** How a hardware language writes what a design consists of. */
export interface HardwareLanguage {
  /** Words that can't be names, in lower case. */
  readonly keywords: ReadonlySet<string>;
  /** A declaration of a vector under a name. */
  readonly declare: (name: string, vector: Vector) => string;
  /** What assigns an operation's result, its operands under the names that they have where it stands; the last line does. */
  readonly assign: (name: string, value: Value, operand: (value: Value) => string) => readonly string[];
  /** A value as a vector that holds it. */
  readonly as: (value: Value, vector: Vector, operand: (value: Value) => string) => string;
  /** The lines of a read-only memory. */
  readonly memory: (table: ProgramTable, column: ProgramColumn) => readonly string[];
  /** The lines of what gives the length of vectors of these widths. */
  readonly bitLength: (bits: readonly number[]) => readonly string[];
  /** The names of which, so far, not every bit was read. */
  readonly cut: () => readonly string[];
}

/** The name of the memory that holds a column. */
export function memoryName(table: ProgramTable, column: ProgramColumn): string {
  return `${table.name}_${column.name}`;
}

/** Neighbours with the same value, as one. */
export function runsOf(values: readonly bigint[]): readonly { from: number; to: number; value: bigint }[] {
  const runs: { from: number; to: number; value: bigint }[] = [];
  values.forEach((value, i) => {
    const last = runs.at(-1);
    if (last?.value === value) last.to = i;
    else runs.push({ from: i, to: i, value });
  });
  return runs;
}

export interface Design {
  readonly program: Program;
  readonly pipeline: Pipeline;
}

/** A plan's program in as many stages as asked for, or as many as are worth it. */
export function designOf(plan: KernelPlan, stages?: number): Design {
  const program = withNames(bisected(lower(plan)));
  return { program, pipeline: pipeline(program, stages ?? chosenLatency(program)) };
}

/** Memories as bits, rounded up to bytes, though synthesis may make logic of them. */
export function hardwareCost(
  plan: KernelPlan,
  _files: readonly EmittedFile[],
  { pipeline: stages }: EmitOptions = {},
): TargetCost {
  const { program, pipeline: placed } = designOf(plan, stages);
  const memories = memoriesOf(program).map(
    ({ table, column }) => table.rows * vectorOf(column.interval).bits,
  );
  const bits = memories.reduce((sum, each) => sum + each, 0);
  return {
    ...costOfProgram(program, Math.ceil(bits / 8)),
    latency: placed.latency,
    registerBits: placed.registerBits,
  };
}

/** What a stage consists of, as lines. */
export interface StageView {
  readonly title: string;
  readonly declarations: readonly string[];
  readonly assignments: readonly { readonly line: string; readonly about: string }[];
  /** What is held over the end of the stage. */
  readonly registers: readonly RegisterView[];
  readonly registered: boolean;
  readonly valid: string;
  readonly nextValid: string;
}

export interface RegisterView {
  readonly declaration: string;
  readonly name: string;
  readonly from: string;
}

export interface DesignView {
  readonly stages: readonly StageView[];
  readonly memories: readonly { readonly about: string; readonly lines: readonly string[] }[];
  readonly helpers: readonly (readonly string[])[];
  /** The output after the last stage. */
  readonly result: string;
  readonly valid: string;
  /** Names that are not read, or in part. */
  readonly cut: string;
}

/** A design as the lines of a language. */
export function designView({ program, pipeline: placed }: Design, language: HardwareLanguage): DesignView {
  const { stageOf, latency } = placed;
  const last = lastReads(program, stageOf, latency);
  const nameIn = (value: Value, stage: number): string => {
    const name = language.keywords.has(value.name) ? `${value.name}_v` : value.name;
    return stage > (stageOf.get(value) ?? stage) ? `${name}_s${stage + 1}` : name;
  };
  // An input that makes no difference is not read.
  const computed = program.statements.filter(
    ({ operation }) => operation.kind !== 'input' || usesInput(program),
  );
  const stages = Array.from({ length: Math.max(1, latency) }, (_, stage): StageView => {
    const here = computed.filter((value) => stageOf.get(value) === stage);
    const held = program.statements.filter(
      (value) => (stageOf.get(value) ?? 0) <= stage && (last.get(value) ?? 0) > stage,
    );
    const operand = (value: Value) => nameIn(value, stage);
    return {
      title: latency === 0 ? 'Combinational' : `Stage ${stage + 1} of ${latency}`,
      declarations: here.map((value) => language.declare(nameIn(value, stage), vectorOf(value.interval))),
      assignments: here.flatMap((value) => {
        const lines = language.assign(nameIn(value, stage), value, operand);
        const about = asciiText(value.about ?? '');
        return lines.map((line, i) => ({ line, about: i === lines.length - 1 ? about : '' }));
      }),
      registers: held.map((value) => ({
        declaration: language.declare(nameIn(value, stage + 1), vectorOf(value.interval)),
        name: nameIn(value, stage + 1),
        from: operand(value),
      })),
      registered: latency > 0,
      valid: validIn(stage),
      nextValid: validIn(stage + 1),
    };
  });
  const result = language.as(
    program.result,
    { signed: program.output.signed, bits: program.output.bits },
    (value) => nameIn(value, latency),
  );
  return {
    stages,
    memories: memoriesOf(program).map(({ table, column }) => ({
      about: asciiText(column.about),
      lines: language.memory(table, column).map(asciiText),
    })),
    helpers: helpersOf(program, language),
    result,
    cut: [...new Set([...language.cut(), ...(usesInput(program) ? [] : ['in_raw'])])].join(', '),
    valid: validIn(latency),
  };
}

function helpersOf({ statements }: Program, { bitLength }: HardwareLanguage) {
  const bits = statements.flatMap(({ operation }) =>
    operation.kind === 'bitLength' ? [vectorOf(operation.value.interval).bits] : [],
  );
  return bits.length === 0 ? [] : [bitLength([...new Set(bits)])];
}

const validIn = (stage: number) => (stage === 0 ? 'in_valid' : `valid_s${stage + 1}`);

function memoriesOf({ statements }: Program) {
  const found = new Map<ProgramColumn, ProgramTable>();
  for (const { operation } of statements) {
    if (operation.kind === 'element') found.set(operation.column, operation.table);
  }
  return [...found].map(([column, table]) => ({ column, table }));
}
