import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFunction, prepareFunction } from '../../src/function/catalogue.js';
import type { FunctionDefinition } from '../../src/function/definition.js';
import type { Dyadic } from '../../src/function/dyadic.js';
import { completePlan } from '../../src/plan/build.js';
import { propose } from '../../src/propose/propose.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';
import { shardVerifier, type Shard } from '../../src/verify/shard.js';
import { verify } from '../../src/verify/verify.js';

/** By how much a reference is wrong: 2^-30, not ulps. */
const OFF_BITS = 30;

/** A kernel, and those of its inputs that are run here. */
const CASES: readonly (readonly [KernelSpec, Shard])[] = [
  [
    { function: 'tanh', format: 'Q4.12' },
    { first: -32768, last: 32767 },
  ],
  [
    { function: 'erf', format: 'Q4.12' },
    { first: -32768, last: 32767 },
  ],
  [
    { function: 'log2', format: 'Q5.11' },
    { first: -32768, last: 32767 },
  ],
  [
    { function: 'tanh', format: 'Q8.24', ulp: 2 },
    { first: 2 ** 23, last: 2 ** 23 + 2 ** 20 - 1 },
  ],
  [
    { function: 'sigmoid', format: 'Q8.24', ulp: 2 },
    { first: -(2 ** 20), last: 2 ** 20 },
  ],
];

const sameValue = (x: Dyadic, raw: number, fracBits: number): boolean =>
  x.raw << BigInt(fracBits) === BigInt(raw) << BigInt(x.fracBits);

/** f whose value at one input is off. */
function wrongAt(f: FunctionDefinition, raw: number, fracBits: number): FunctionDefinition {
  return {
    ...f,
    exact: (x, bits) => {
      const value = f.exact(x, bits);
      const isWrong = value !== undefined && sameValue(x, raw, fracBits);
      return isWrong ? value + (1n << BigInt(bits - OFF_BITS)) : value;
    },
  };
}

/** f whose expansions around an input are off, all of them. */
function wrongAround(f: FunctionDefinition, raw: number, fracBits: number): FunctionDefinition {
  const value = raw * 2 ** -fracBits;
  const toNumber = ({ raw: r, fracBits: bits }: Dyadic) => Number(r) * 2 ** -bits;
  return {
    ...f,
    expand: (center, halfWidth, terms, bits) => {
      const expanded = f.expand(center, halfWidth, terms, bits);
      const isAround = Math.abs(value - toNumber(center)) <= toNumber(halfWidth);
      if (!expanded || terms < 2 || !isAround) return expanded;
      const off = 1n << BigInt(bits - OFF_BITS);
      return expanded.map(({ lo, hi }, k) => (k === 0 ? { lo: lo + off, hi: hi + off } : { lo, hi }));
    },
  };
}

describe.each(CASES.map(([spec, shard]) => [`${spec.function} in ${spec.format}`, spec, shard] as const))(
  'a proof of %s',
  (_, spec, shard) => {
    const { plan } = propose(resolveSpec(spec));
    const f = findFunction(plan.function);
    const { fracBits } = plan.input;
    /** The inputs at which multiple precision is asked. */
    const asked = new Set<number>();
    const listening: FunctionDefinition = {
      ...f,
      exact: (x, bits) => {
        const raw = Number(x.raw) * 2 ** (fracBits - x.fracBits);
        if (Number.isInteger(raw) && raw >= shard.first && raw <= shard.last) asked.add(raw);
        return f.exact(x, bits);
      },
    };
    const honest = shardVerifier(plan, listening)(shard);
    const every = (list: readonly number[], most: number): readonly number[] =>
      list.filter((_value, i) => i % Math.ceil(list.length / most) === 0);

    it('refuses a value that is off by 2^-30, at whichever input it asks for one', () => {
      expect(asked.size).toBeGreaterThan(0);
      const expanded = [...asked].filter((x) => isExpanded(x));
      expect(expanded.length).toBeGreaterThan(0);
      for (const x of every(expanded, 12)) {
        expect(() => shardVerifier(plan, wrongAt(f, x, fracBits))(shard), String(x)).toThrow(
          /^the reference contradicts itself: at raw input/,
        );
      }
    });

    it('is not touched by one at any other input: nothing rests on it', () => {
      const others = Array.from({ length: 6 }, (_value, i) => shard.first + 3977 * i).filter(
        (x) => x <= shard.last && !asked.has(x),
      );
      expect(others.length).toBeGreaterThan(0);
      for (const x of others) expect(shardVerifier(plan, wrongAt(f, x, fracBits))(shard)).toEqual(honest);
    });

    it('refuses an expansion that is off by 2^-30', () => {
      const places = Array.from({ length: 9 }, (_value, i) =>
        Math.floor(shard.first + ((shard.last - shard.first) * i) / 8),
      ).filter(isExpanded);
      expect(places.length).toBeGreaterThan(3);
      for (const x of places) {
        expect(() => shardVerifier(plan, wrongAround(f, x, fracBits))(shard), String(x)).toThrow(
          /^the reference contradicts itself/,
        );
      }
    });

    /** Near the end of a domain, where no expansion serves, and where f has no value, exact values stand alone. */
    function isExpanded(x: number): boolean {
      return plan.function !== 'log2' || x > 64;
    }
  },
);

describe('a module that is its own reference', () => {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-wrong-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** x²/2, and at one raw input of Q4.12 something else. */
  function moduleOf(name: string, wrongInput: number | undefined): string {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(
      file,
      `export const name = 'half_square';
export const evaluate = (x) => (x * x) / 2;
export function exact(raw, fracBits, bits) {
  const off = raw === ${wrongInput ?? 'NaN'}n && fracBits === 12 ? 1n << BigInt(bits - ${OFF_BITS}) : 0n;
  const shift = BigInt(2 * fracBits + 1 - bits);
  return (shift > 0n ? (raw * raw) >> shift : (raw * raw) << -shift) + off;
}
`.replace('NaNn', 'undefined'),
    );
    return file;
  }

  it.each([-32768, -1, 0, 4097, 32767])('is refused where it is off by 2^-30 at raw input %i', async (x) => {
    const sound = await prepareFunction(`module:${moduleOf(`sound${x}`, undefined)}`);
    const wrong = await prepareFunction(`module:${moduleOf(`wrong${x}`, x)}`);
    const { plan } = propose(
      resolveSpec({ function: sound.name, input: 'Q4.12', output: 'Q7.9', range: [-8, 8 - 2 ** -12] }),
    );
    expect((await verify(plan)).met).toBe(true);
    await expect(verify(completePlan({ ...plan, function: wrong.name }))).rejects.toMatchObject({
      diagnostic: { code: 'bad-module' },
    });
  });
});
