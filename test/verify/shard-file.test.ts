import { describe, expect, it } from 'vitest';
import { completePlan } from '../../src/plan/build.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec } from '../../src/spec.js';
import {
  makeShardFile,
  mergeShards,
  parseShardFile,
  SHARD_SCHEMA,
  shardUnits,
  type NamedShard,
} from '../../src/verify/shard-file.js';
import { unitsOf } from '../../src/verify/coverage.js';
import { conclude, runUnits, verify } from '../../src/verify/verify.js';

// Its range and its tails are several units of inputs.
const { plan } = propose(
  resolveSpec({ function: 'tanh', format: 'Q6.8', range: [-3, 3 - 2 ** -8], ulp: 2, order: 2 }),
);
const OF = 3;
const other = completePlan({ ...plan, target: { ulp: 3 } });

async function shardOf(of: number, i: number): Promise<NamedShard> {
  const units = await runUnits(plan, shardUnits(plan, i, of));
  return { file: `${i}-of-${of}.json`, shard: makeShardFile(plan, i, of, units) };
}

const [first, second, third] = await Promise.all([1, 2, 3].map((i) => shardOf(OF, i)));

/** A shard with its units changed, sealed again. */
function resealed({ file, shard }: NamedShard, units: NamedShard['shard']['units']): NamedShard {
  return { file, shard: makeShardFile(plan, shard.shard, shard.of, units) };
}

const refusal = (code: string, message: RegExp, exitStatus = 1): unknown =>
  expect.objectContaining({
    exitStatus,
    diagnostic: expect.objectContaining({
      code,
      message: expect.stringMatching(message) as string,
    }) as unknown,
  });

const caught = (body: () => unknown): unknown => {
  try {
    return body();
  } catch (error) {
    return error;
  }
};

describe('shards', () => {
  it('are every unit of the plan once, and none is empty', () => {
    const all = [1, 2, 3].flatMap((i) => shardUnits(plan, i, OF));
    expect(all.toSorted((a, b) => a.first - b.first)).toEqual(unitsOf(plan));
    for (const { shard } of [first, second, third]) expect(shard.units.length).toBeGreaterThan(0);
  });

  it.each([
    ['ascending', [0, 1, 2]],
    ['descending', [2, 1, 0]],
    ['in another order', [1, 2, 0]],
  ])('merged %s make the proof of an undivided run', async (_, order) => {
    const shards = order.map((i) => [first, second, third][i]);
    // As they travel: through text.
    const read = shards.map(({ file, shard }) => ({
      file,
      shard: parseShardFile(JSON.stringify(shard), file),
    }));
    expect(conclude(plan, mergeShards(plan, read))).toEqual(await verify(plan));
  });
});

describe('a merge is refused', () => {
  it.each<[string, () => readonly NamedShard[], string, RegExp]>([
    ['a shard left out', () => [first, third], 'shard-missing', /^shard 2\/3 is missing$/],
    ['two shards left out', () => [second], 'shard-missing', /^shards 1\/3, 3\/3 are missing$/],
    [
      'a shard twice',
      () => [first, second, third, { ...second, file: 'copy.json' }],
      'shard-twice',
      /^shard 2\/3 is also 2-of-3\.json$/,
    ],
    [
      'a unit less',
      () => [first, resealed(second, second.shard.units.slice(1)), third],
      'incomplete-shard',
      new RegExp(`^it lacks the inputs ${second.shard.units[0].first} … ${second.shard.units[0].last}$`),
    ],
    [
      'a unit twice',
      () => [first, resealed(second, [...second.shard.units, second.shard.units[0]]), third],
      'incomplete-shard',
      /^it holds \d+ units of inputs where shard 2\/3 has \d+$/,
    ],
    [
      'units of another shard',
      () => [first, resealed(second, third.shard.units), third],
      'incomplete-shard',
      /^it lacks the inputs/,
    ],
  ])('of %s', (_, shards, code, message) => {
    expect(caught(() => mergeShards(plan, shards()))).toEqual(refusal(code, message));
  });

  it('of shards of two divisions', async () => {
    const half = await shardOf(2, 1);
    const error = caught(() => mergeShards(plan, [first, second, third, half]));
    expect(error).toEqual(refusal('other-division', /^it is one of 2 shards, the first given is one of 3$/));
  });

  it('of shards of another plan', () => {
    const error = caught(() => mergeShards(other, [first, second, third]));
    expect(error).toEqual(refusal('other-plan', /^it proves the plan [0-9a-f]{12}, not [0-9a-f]{12}$/));
  });
});

describe('a shard file is refused', () => {
  it.each<[string, (text: string) => string, unknown]>([
    [
      'that was changed',
      (text) => text.replace('"shard":1', '"shard":2'),
      refusal('edited-shard', /its digest differs/),
    ],
    ['that is cut off', (text) => text.slice(0, -1), refusal('malformed-shard', /^it is not JSON/, 2)],
    [
      'of another schema',
      (text) => text.replace(SHARD_SCHEMA, 'approxgen-shard/0'),
      refusal('malformed-shard', /"approxgen-shard\/0"; expected "approxgen-shard\/1"/, 2),
    ],
    ['that is null', () => 'null', refusal('malformed-shard', /null; expected an object/, 2)],
  ])('%s', (_, change, expected) => {
    const text = JSON.stringify(first.shard);
    expect(change(text)).not.toBe(text);
    expect(caught(() => parseShardFile(change(text), 'changed.json'))).toEqual(expected);
  });
});
