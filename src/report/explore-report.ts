import type { Division } from '../segment/lower-bound.js';

/** One plan among others that meet the same target, and what it costs. JSON-safe. */
export interface ExploredPlan {
  readonly order: number;
  readonly segmentation: Division;
  /** How an argument's segment is found. */
  readonly selection: string;
  /** `minimax`, or `projection` without the polish. */
  readonly method: 'minimax' | 'projection';
  readonly guardBits: number;
  readonly segments: number;
  readonly tableBytes: number;
  readonly multiplications: number;
  /** Operations one after another: folding, selection, Horner's steps, rounding; a model's count. */
  readonly depth: number;
  readonly maxUlp: number;
  readonly meanUlp: number;
}

/** What `approxgen explore` found. */
export interface Exploration {
  readonly function: string;
  readonly input: string;
  readonly output: string;
  readonly target: string;
  /** Plans that were found and run, those that the proof refused left out. */
  readonly tried: number;
  /** Inputs on which each was run: all of the format, or a sample of it. */
  readonly inputsRun: number;
  readonly exhaustive: boolean;
  /** Plans that no other one beats in everything, fewest bytes of table first. */
  readonly front: readonly ExploredPlan[];
}

const COLUMNS: readonly (readonly [string, (plan: ExploredPlan) => string | number])[] = [
  ['bytes', (plan) => plan.tableBytes],
  ['mults', (plan) => plan.multiplications],
  ['depth', (plan) => plan.depth],
  ['max ulp', (plan) => plan.maxUlp.toFixed(3)],
  ['mean ulp', (plan) => plan.meanUlp.toFixed(3)],
  ['segments', (plan) => plan.segments],
  ['order', (plan) => plan.order],
  ['guard', (plan) => plan.guardBits],
  ['segmentation', (plan) => plan.segmentation],
  ['selection', (plan) => plan.selection],
  ['method', (plan) => plan.method],
];

/** The front as a table for people. */
export function renderExploration(exploration: Exploration): string {
  const { front, tried, inputsRun, exhaustive } = exploration;
  const rows = [
    COLUMNS.map(([name]) => name),
    ...front.map((plan) => COLUMNS.map(([, cell]) => String(cell(plan)))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const isNumber = (i: number) => i < COLUMNS.length - 3;
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (isNumber(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
  const inputs = exhaustive ? `all ${inputsRun} inputs` : `a sample of ${inputsRun} inputs`;
  return [
    `${exploration.function}, ${exploration.input} → ${exploration.output}, ${exploration.target}: ${front.length} of ${tried} plans are beaten by no other, on ${inputs}`,
    '',
    ...lines,
  ].join('\n');
}
