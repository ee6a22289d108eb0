import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlan } from '../../src/cli/plan-file.js';
import { refuse } from '../../src/cli/verdict.js';
import { trustIn } from '../../src/cli/trust.js';
import { ApproxgenError } from '../../src/diagnostic.js';
import { planTarget } from '../../src/emit/plan-json.js';
import { fileDigest, type PlanFile } from '../../src/verify/plan-file.js';
import { textOf } from '../../src/emit/target.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { synthesize } from '../../src/synthesize.js';
import { checkProvable } from '../../src/verify/verify.js';

const folder = mkdtempSync(join(tmpdir(), 'approxgen-plan-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Why `approxgen verify` refuses a text before it runs anything, or that it does not. */
async function refusalOf(text: string | Uint8Array): Promise<string | undefined> {
  const file = join(folder, 'plan.json');
  writeFileSync(file, text);
  try {
    const read = await readPlan(file, trustIn(undefined));
    checkProvable(read.plan);
    return refuse(file, read)?.diagnostic?.code;
  } catch (error) {
    if (error instanceof ApproxgenError) return error.diagnostic.code;
    throw error;
  }
}

describe('a plan file', () => {
  let text = '';
  beforeAll(async () => {
    const { plan, certificate } = await synthesize({ function: 'sigmoid', format: 'Q4.6', order: 2 });
    text = textOf((await planTarget.emit(plan, certificate))[0]);
  });

  it('as it was written is not refused', async () => {
    expect(await refusalOf(text)).toBeUndefined();
    // White space between tokens says nothing.
    expect(await refusalOf(JSON.stringify(JSON.parse(text)))).toBeUndefined();
  });

  it('that lacks a part is refused, whoever sealed it', async () => {
    const { plan, certificate } = JSON.parse(text) as PlanFile;
    const required = Object.keys(plan);
    for (const key of required) {
      const lacking = { plan: { ...plan, [key]: undefined } as KernelPlan, certificate };
      const sealed = { ...lacking, digest: fileDigest(lacking) };
      expect(await refusalOf(JSON.stringify(sealed)), key).toBeDefined();
    }
  });

  it('with any byte of its content changed is refused', async () => {
    const bytes = Buffer.from(text);
    const isSpace = (byte: number) => [9, 10, 13, 32].includes(byte);
    const codes = new Set<string>();
    const change = fc
      .tuple(
        fc.nat({ max: bytes.length - 1 }),
        fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from('0123456789-aelns", '))),
      )
      .filter(([at, byte]) => byte !== bytes[at] && !(isSpace(byte) && isSpace(bytes[at])));
    await fc.assert(
      fc.asyncProperty(change, async ([at, byte]) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        const code = await refusalOf(changed);
        expect(
          code,
          `byte ${at}: ${String.fromCharCode(bytes[at])} → ${String.fromCharCode(byte)}`,
        ).toBeDefined();
        codes.add(code!);
      }),
      { numRuns: 3000, seed: 5 },
    );
    // Each way to be refused was met.
    expect([...codes].toSorted()).toEqual(
      expect.arrayContaining(['edited-certificate', 'edited-file', 'malformed-plan', 'other-plan']),
    );
  });
});
