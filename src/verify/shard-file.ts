import { targetError, usageError } from '../diagnostic.js';
import { canonicalJson, planHash } from '../plan/canonical.js';
import type { KernelPlan } from '../plan/plan.js';
import { sha256Hex } from '../sha256.js';
import { unitsOf, type Stretch } from './coverage.js';
import type { FinishedUnit } from './verify.js';

export const SHARD_SCHEMA = 'approxgen-shard/1';

/** A part of a proof as a file, to be merged with the others anywhere. */
export interface ShardFile {
  readonly schema: typeof SHARD_SCHEMA;
  readonly planHash: string;
  /** Counted from 1. */
  readonly shard: number;
  readonly of: number;
  readonly units: readonly FinishedUnit[];
  /** SHA-256 of all the above. */
  readonly digest: string;
}

/** The units of shard number `shard` of `of`: as good as equal parts, whoever runs them. */
export function shardUnits(plan: KernelPlan, shard: number, of: number): readonly Stretch[] {
  return unitsOf(plan).filter((_, i) => i % of === shard - 1);
}

export function makeShardFile(
  plan: KernelPlan,
  shard: number,
  of: number,
  units: readonly FinishedUnit[],
): ShardFile {
  const content = { schema: SHARD_SCHEMA, planHash: planHash(plan), shard, of, units } as const;
  return { ...content, digest: digestOf(content) };
}

function digestOf(content: Omit<ShardFile, 'digest'>): string {
  return sha256Hex(canonicalJson(content));
}

/** @throws usage error where a text is no shard, or one that was changed */
export function parseShardFile(text: string, file: string): ShardFile {
  let parsed: Partial<ShardFile> | null;
  try {
    parsed = JSON.parse(text) as Partial<ShardFile> | null;
  } catch (cause) {
    throw usageError('malformed-shard', `it is not JSON: ${(cause as Error).message}`, HINT, file);
  }
  if (parsed?.schema !== SHARD_SCHEMA || !Array.isArray(parsed.units)) {
    throw usageError(
      'malformed-shard',
      `it is no shard; expected the schema ${SHARD_SCHEMA}, found ${JSON.stringify(parsed?.schema)}`,
      HINT,
      file,
    );
  }
  const { digest, ...content } = parsed as ShardFile;
  if (digestOf(content) !== digest) {
    throw targetError('edited-shard', 'it was changed after it was written: its digest differs', HINT, file);
  }
  return parsed as ShardFile;
}

const HINT = 'shards are written by approxgen verify --shard 1/4';

/** A shard and where it came from. */
export interface NamedShard {
  readonly file: string;
  readonly shard: ShardFile;
}

/**
 * The units of a whole proof from its shards, in any order.
 *
 * @throws target error (status 1) for a shard of another plan or division, one that is given twice, or missing
 */
export function mergeShards(plan: KernelPlan, shards: readonly NamedShard[]): readonly FinishedUnit[] {
  const hash = planHash(plan);
  const [{ shard: first }] = shards;
  const seen = new Map<number, string>();
  for (const { file, shard } of shards) {
    if (shard.planHash !== hash) {
      throw targetError(
        'other-plan',
        `it proves the plan ${short(shard.planHash)}, not ${short(hash)}`,
        undefined,
        file,
      );
    }
    if (shard.of !== first.of) {
      throw targetError(
        'other-division',
        `it is one of ${shard.of} shards, the first given is one of ${first.of}`,
        'merge shards of one division',
        file,
      );
    }
    const earlier = seen.get(shard.shard);
    if (earlier !== undefined) {
      throw targetError(
        'shard-twice',
        `shard ${shard.shard}/${shard.of} is also ${earlier}`,
        'give each once',
        file,
      );
    }
    seen.set(shard.shard, file);
    checkUnits(plan, file, shard);
  }
  const missing = Array.from({ length: first.of }, (_, i) => i + 1).filter((number) => !seen.has(number));
  if (missing.length > 0) {
    throw targetError(
      'shard-missing',
      `${missing.length === 1 ? 'shard' : 'shards'} ${missing.map((n) => `${n}/${first.of}`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      `run approxgen verify --shard ${missing[0]}/${first.of}`,
    );
  }
  return shards.flatMap(({ shard }) => shard.units);
}

function checkUnits(plan: KernelPlan, file: string, { shard, of, units }: ShardFile): void {
  const expected = shardUnits(plan, shard, of);
  const found = new Set(units.map(({ first, last }) => `${first} … ${last}`));
  const lacking = expected.find(({ first, last }) => !found.has(`${first} … ${last}`));
  if (lacking || units.length !== expected.length) {
    throw targetError(
      'incomplete-shard',
      lacking
        ? `it lacks the inputs ${lacking.first} … ${lacking.last}`
        : `it holds ${units.length} units of inputs where shard ${shard}/${of} has ${expected.length}`,
      `run approxgen verify --shard ${shard}/${of} again`,
      file,
    );
  }
}

const short = (hash: string) => hash.slice(0, 12);
