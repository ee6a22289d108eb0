import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Division } from '../src/segment/lower-bound.js';
import type { GridCell, GridFigure, GridFunction } from './grid-cell.js';
import type { Progress } from './progress.js';
import type { Table } from './table.js';

const RANGES: readonly (readonly [GridFunction, number, number])[] = [
  ['tanh', 0, 8],
  ['sigmoid', 0, 16],
  ['sigmoid', 0, 32],
  ['rsqrt', 1, 4],
  ['log', 1, 2],
  ['reciprocal', 1, 2],
];
const FRACTION_BITS = [12, 16, 24];
const ORDERS = [1, 2, 3, 4, 5];
const ULPS = [1, 2];
const DIVISIONS: readonly Division[] = ['greedy', 'dyadic', 'uniform'];

/** Bounds that were computed by another program; they lie beside the repository where they are. */
const RECORDED = new URL('../../shared/anchors/minimax_lower_bound.csv', import.meta.url);

export interface GridBench {
  readonly figures: readonly GridFigure[];
  readonly seconds: number;
  readonly threads: number;
  /** Bounds that were recorded elsewhere, and how many of them are the ones computed here. */
  readonly recorded?: { readonly bounds: number; readonly equal: number };
}

/** Kernels over functions, formats, orders, targets and divisions, beside the fewest segments that there can be. */
export async function benchGrid(quick: boolean, progress: Progress): Promise<GridBench> {
  const fractions = quick ? FRACTION_BITS.slice(0, 1) : FRACTION_BITS;
  const cells: GridCell[] = RANGES.flatMap(([fn, lo, hi]) =>
    fractions.flatMap((fracBits) =>
      ORDERS.flatMap((order) =>
        ULPS.flatMap((ulp) => DIVISIONS.map((division) => ({ fn, lo, hi, fracBits, order, ulp, division }))),
      ),
    ),
  );
  const threads = availableParallelism();
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./grid-cell.ts', import.meta.url)),
    name: 'gridFigure',
    execArgv: ['--import', 'tsx'],
    minThreads: threads,
    maxThreads: threads,
  });
  const start = performance.now();
  let done = 0;
  try {
    const figures = await Promise.all(
      cells.map(async (cell) => {
        const figure = (await pool.run(cell)) as GridFigure;
        progress(`grid: ${++done} of ${cells.length}`);
        return figure;
      }),
    );
    const seconds = (performance.now() - start) / 1000;
    return { figures, seconds, threads, ...compareRecorded(figures) };
  } finally {
    await pool.destroy();
  }
}

function compareRecorded(figures: readonly GridFigure[]): Pick<GridBench, 'recorded'> {
  if (!existsSync(RECORDED)) return {};
  const rows = readFileSync(RECORDED, 'utf8').trim().split('\n').slice(1);
  const bounds = new Map(
    rows.map((row) => {
      const [fn, lo, hi, frac, order, error, division, count] = row.split(',');
      return [[fn, lo, hi, frac, order, error, division.replace('_pow2', '')].join(), Number(count)];
    }),
  );
  const pairs = figures.flatMap(({ fn, lo, hi, fracBits, order, ulp, division, bound }) => {
    const recorded = bounds.get([fn, lo, hi, fracBits, order, ulp - 0.5, division].join());
    return recorded === undefined ? [] : [recorded === bound];
  });
  return { recorded: { bounds: pairs.length, equal: pairs.filter((equal) => equal).length } };
}

/** More than a segment too many where there are few, or a fiftieth where there are many. */
function misses({ segments, bound }: GridFigure): boolean {
  return segments > bound + Math.max(bound < 20 ? 1 : 0, 0.02 * bound);
}

export function gridTables({ figures, seconds, threads, recorded }: GridBench): readonly Table[] {
  const totals = DIVISIONS.map((division) => {
    const own = figures.filter((figure) => figure.division === division);
    const sum = (pick: (figure: GridFigure) => number) =>
      own.reduce((total, figure) => total + pick(figure), 0);
    const equal = own.filter(({ segments, bound }) => segments <= bound).length;
    return [
      division,
      String(own.length),
      String(sum(({ segments }) => segments)),
      String(sum(({ bound }) => bound)),
      (sum(({ segments }) => segments) / sum(({ bound }) => bound)).toFixed(4),
      `${((100 * equal) / own.length).toFixed(1)} %`,
      String(own.filter(misses).length),
    ];
  });
  const missing = figures.filter(misses);
  return [
    {
      title: 'Grid: segments against the theoretical bound',
      notes: [
        'Total error at most 1 and 2 ulp; bound: real coefficients, exact evaluation, half an ulp less.',
        `${figures.length} kernels in ${seconds.toFixed(1)} s on ${threads} threads.`,
        ...(recorded
          ? [`Of ${recorded.bounds} bounds recorded by another program, ${recorded.equal} are the same here.`]
          : []),
      ],
      columns: ['division', 'kernels', 'segments', 'bound', 'ratio', 'at the bound', 'misses'],
      rows: totals,
    },
    {
      title: 'Grid: cells that miss (more than one above a bound below 20, or more than 2 % above it)',
      columns: ['function', 'range', 'fraction bits', 'order', 'ulp', 'division', 'segments', 'bound'],
      rows: missing.map(({ fn, lo, hi, fracBits, order, ulp, division, segments, bound }) => [
        fn,
        `[${lo}, ${hi}]`,
        String(fracBits),
        String(order),
        String(ulp),
        division,
        String(segments),
        String(bound),
      ]),
    },
  ];
}
