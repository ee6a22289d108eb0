import { minRaw } from '../fixedpoint/format.js';
import { representable } from '../fixedpoint/overflow.js';
import type { FunctionDefinition } from '../function/definition.js';
import { inputsIn } from '../plan/domain.js';
import type { KernelPlan } from '../plan/plan.js';
import { fastestLoops, type Loops } from '../plan/loops.js';
import { planRunner, RUN_LENGTH, type PlanRunner } from '../plan/run.js';
import { spotCheck } from './block-error.js';
import { combineCrc32, crc32Of, crc32OfRepeated } from './crc32.js';
import { judgeChunk, judgeRelative, newTally, selectInputs, type Tally } from './chunk.js';
import { greatestError } from './greatest-error.js';
import { lineOf } from './line.js';
import { judgeLine } from './line-chunk.js';
import {
  LARGEST_BLOCK,
  SMALLEST_EXPANSION,
  referenceBlocks,
  type ReferenceBlock,
  type ReferenceSetting,
} from './reference.js';
import { promisedDirection } from './shape.js';
import type { ErrorStats } from './stats.js';

/** Consecutive inputs of a plan, first … last. */
export interface Shard {
  readonly first: number;
  readonly last: number;
}

export type ShardVerifier = (shard: Shard) => ErrorStats;

export function referenceSetting(plan: KernelPlan, definition: FunctionDefinition): ReferenceSetting {
  const { min, max } = representable(plan.output, plan.finish.overflow);
  return { definition, inputFracBits: plan.input.fracBits, outputFracBits: plan.output.fracBits, min, max };
}

/** Blocks of at least this many inputs, all that are expanded, are held against multiple precision at one of them. */
const SPOT_CHECKED = 2 * SMALLEST_EXPANSION;

/**
 * Runs a plan, or what was printed of it, on every input of a shard against the reference.
 *
 * @param loops what the inner loops run on; every choice gives the same stats
 * @param source what gives the outputs; the plan unless given. Its arrays must be the loops' own
 */
export function shardVerifier(
  plan: KernelPlan,
  definition: FunctionDefinition,
  loops: Loops = fastestLoops(),
  source?: PlanRunner,
): ShardVerifier {
  const run = source ?? planRunner(plan, loops);
  const setting = referenceSetting(plan, definition);
  const outputs = loops.allocate(RUN_LENGTH);
  const words = loops.allocateWords(RUN_LENGTH);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const withRelative = plan.target.relative !== undefined;

  const holes = holesOf(plan, definition);
  const promised = promisedDirection(plan, definition);

  /** A block with the direction that the whole range has, where it shows none itself. */
  const directed = (block: ReferenceBlock, { first, last }: Shard): ReferenceBlock => {
    const inRange = first >= Number(plan.range.lo) && last <= Number(plan.range.hi);
    return block.direction === 0 && promised && inRange ? { ...block, direction: promised } : block;
  };

  /** The last input that was judged, its output, and its block: what the next one is compared with. */
  let previous: { input: number; output: number; block: ReferenceBlock } | undefined;

  const addWords = (count: number, tally: Tally): void => {
    tally.crc32 = crc32Of(bytes.subarray(0, 4 * count), tally.crc32);
  };

  /** The last constant chunk: a tail has thousands that are alike. */
  let level = { word: NaN, count: 0, crc32: 0 };

  const addLevel = (word: number, count: number, tally: Tally): void => {
    if (level.word !== word || level.count !== count) {
      level = { word, count, crc32: crc32OfRepeated(word, count) };
    }
    tally.crc32 = combineCrc32(tally.crc32, level.crc32, 4 * count);
  };

  const resultsOf = (first: number, last: number): Float64Array => {
    const results = outputs.subarray(0, last - first + 1);
    run(first, results);
    return results;
  };

  const judgeInputs = (block: ReferenceBlock, first: number, last: number, tally: Tally): void => {
    for (let from = first; from <= last; from += RUN_LENGTH) {
      const results = resultsOf(from, Math.min(from + RUN_LENGTH - 1, last));
      const line = lineOf(setting, loops, block, results);
      if (!line || !judgeLine(setting, block, line, results, from, tally)) {
        judgeChunk(setting, loops, block, results, from, line, words, tally);
        addWords(results.length, tally);
      } else if (line.rise === 0) {
        addLevel(line.result, results.length, tally);
      } else {
        loops.toWords(results, words);
        addWords(results.length, tally);
      }
      if (withRelative) judgeRelative(setting, block, results, from, tally);
      if (block.size >= SPOT_CHECKED && from === first) {
        const i = Math.abs(Math.imul(block.first + block.size, 0x9e3779b1)) % results.length;
        spotCheck(setting, block, from + i, results[i]);
      }
      judgeStep(from, results[0], tally);
      const end = results.length - 1;
      if (block.direction === 0) tally.undirected += end;
      previous = { input: from + end, output: results[end], block };
    }
  };

  /** Holds an input's output against its predecessor's, which may lie in another chunk, block or shard. */
  const judgeStep = (input: number, output: number, tally: Tally): void => {
    if (previous?.input !== input - 1) {
      tally.undirected++;
      return;
    }
    const { direction } = previous.block;
    if (direction === 0) tally.undirected++;
    if ((output - previous.output) * direction >= 0) return;
    tally.against++;
    // Steps inside the chunk were noted before this one, which comes first.
    if (tally.firstAgainst === null || tally.firstAgainst > input) tally.firstAgainst = input;
  };

  /** Looks at the input before a shard, if it has a value. */
  const lookBehind = (input: number): void => {
    previous = undefined;
    if (input < minRaw(plan.input) || isHole(holes, input)) return;
    const aligned = Math.floor(input / LARGEST_BLOCK) * LARGEST_BLOCK;
    referenceBlocks(setting, aligned, LARGEST_BLOCK, input, input, (block) => {
      const own = directed(block, { first: input, last: input });
      previous = { input, output: resultsOf(input, input)[0], block: own };
    });
  };

  /** Runs inputs at which f has no value, for the CRC. */
  const runOnly = (first: number, last: number, tally: Tally): void => {
    for (let from = first; from <= last; from += RUN_LENGTH) {
      const results = resultsOf(from, Math.min(from + RUN_LENGTH - 1, last));
      loops.toWords(results, words);
      addWords(results.length, tally);
    }
  };

  const inputsReaching = (block: ReferenceBlock, results: Float64Array, first: number, least: number) =>
    selectInputs(setting, loops, block, results, first, least, Infinity);

  /** Judges the inputs at which f has a value; returns how many of the others there were. */
  const judgeDefined = ({ first, last }: Shard, tally: Tally): number => {
    let next = first;
    let gaps = 0;
    // Between blocks are inputs at which f has no value: they count as undefined.
    const skipTo = (end: number): void => {
      if (end > next) runOnly(next, end - 1, tally);
      gaps += Math.max(0, end - next);
      next = Math.max(next, end);
    };
    while (next <= last) {
      const from = next;
      const aligned = Math.floor(from / LARGEST_BLOCK) * LARGEST_BLOCK;
      const to = Math.min(last, aligned + LARGEST_BLOCK - 1);
      referenceBlocks(setting, aligned, LARGEST_BLOCK, from, to, (block) => {
        skipTo(block.first);
        const end = Math.min(block.first + block.size - 1, to);
        judgeInputs(directed(block, { first, last }), Math.max(block.first, from), end, tally);
        next = end + 1;
      });
      skipTo(to + 1);
    }
    return gaps;
  };

  return (shard) => {
    const tally = newTally();
    let undefinedInputs = 0;
    for (const { first, last, output } of stretchesOf(holes, shard)) {
      if (output === undefined) {
        lookBehind(first - 1);
        undefinedInputs += judgeDefined({ first, last }, tally);
      } else {
        const inputs = last - first + 1;
        undefinedInputs += inputs;
        // What the plan gives there it says itself; what was printed of it has to be run.
        if (source) runOnly(first, last, tally);
        else tally.crc32 = combineCrc32(tally.crc32, crc32OfRepeated(output, inputs), 4 * inputs);
      }
    }
    const { suspects, belowQuarter, belowTwo, ...found } = tally;
    const inputs = shard.last - shard.first + 1 - undefinedInputs;
    const edges = [0, belowQuarter, found.correctlyRounded, found.faithful, belowTwo, inputs];
    return {
      inputs,
      undefinedInputs,
      ...greatestError(setting, suspects, resultsOf, inputsReaching),
      ...found,
      totalUnits: String(tally.totalUnits),
      histogram: edges.slice(1).map((edge, i) => edge - edges[i]),
    };
  };
}

/** Raw inputs, both included, without a value, and their output. */
type Hole = Shard & { readonly output: number };

/**
 * The plan's stretches without a value, less all inputs at which f may have one: what a plan does not compute
 * (zero, where it can't be normalised) is judged as well.
 */
function holesOf(
  { undefined: holes = [], input }: KernelPlan,
  { domain }: FunctionDefinition,
): readonly Hole[] {
  const pieces = domain.map((piece) => inputsIn(piece, input));
  return holes.flatMap(({ lo, hi, output }) => {
    const gaps = pieces.reduce(
      (left, piece) =>
        left.flatMap(({ first, last }) =>
          [
            { first, last: Math.min(last, Number(piece.lo) - 1) },
            { first: Math.max(first, Number(piece.hi) + 1), last },
          ].filter((gap) => gap.first <= gap.last),
        ),
      [{ first: Number(lo), last: Number(hi) }],
    );
    return gaps.map((gap) => ({ ...gap, output: Number(output) }));
  });
}

function isHole(holes: readonly Hole[], input: number): boolean {
  return holes.some(({ first, last }) => first <= input && input <= last);
}

/** Inputs of a shard with a value, and those without, which give one output. */
type InputStretch = Shard & { readonly output?: number };

function stretchesOf(holes: readonly Hole[], { first, last }: Shard): readonly InputStretch[] {
  const stretches: InputStretch[] = [];
  let next = first;
  for (const hole of holes) {
    const [lo, hi] = [Math.max(first, hole.first), Math.min(last, hole.last)];
    if (lo > hi) continue;
    if (lo > next) stretches.push({ first: next, last: lo - 1 });
    stretches.push({ first: lo, last: hi, output: hole.output });
    next = hi + 1;
  }
  return next <= last ? [...stretches, { first: next, last }] : stretches;
}
