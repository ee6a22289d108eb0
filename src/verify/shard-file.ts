import * as z from 'zod';
import { targetError, usageError } from '../diagnostic.js';
import { canonicalJson, planHash } from '../plan/canonical.js';
import { digest, list, ofForm, record, whole } from '../plan/form.js';
import type { KernelPlan } from '../plan/plan.js';
import { sha256Hex } from '../sha256.js';
import { unitsOf, type Stretch } from './coverage.js';
import { unitForm } from './schema.js';
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

const MOST_SHARDS = 999_999;

/** The form of a shard. */
export const shardForm: z.ZodType<ShardFile> = record({
  schema: z.literal(SHARD_SCHEMA, { error: JSON.stringify(SHARD_SCHEMA) }),
  planHash: digest,
  shard: whole(1, MOST_SHARDS),
  of: whole(1, MOST_SHARDS),
  units: list(unitForm, 2 ** 20),
  digest,
});

/** @throws usage error where a text is no shard, or one that was changed */
export function parseShardFile(text: string, file: string): ShardFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw usageError('malformed-shard', `it is not JSON: ${(cause as Error).message}`, HINT, file);
  }
  const shard = ofForm(shardForm, parsed, 'malformed-shard', file, HINT);
  const { digest: stated, ...content } = shard;
  if (digestOf(content) !== stated) {
    throw targetError('edited-shard', 'it was changed after it was written: its digest differs', HINT, file);
  }
  if (shard.shard > shard.of) {
    throw usageError('malformed-shard', `it is shard ${shard.shard} of ${shard.of}`, HINT, file);
  }
  return shard;
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
