import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blocksOf, firstDifference, linesOf, shownIn, type Block } from './blocks.js';
import { freshClone, type Clone, type Run } from './clone.js';

/*
 * Every page, read as a newcomer does: in a fresh clone, its blocks in order, and what they print is what the page
 * shows. `npm ci` itself needs a registry: the clone is what it leaves.
 */

export const ROOT = new URL('../../', import.meta.url);
/** The pages that show commands. */
export const PAGES = [
  'README.md',
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `docs/${name}`),
].filter((page) => blocksOf(readFileSync(new URL(page, ROOT), 'utf8')).length > 0);

/** A block may make and prove all kernels, and train on them. */
const PAGE_MS = 1_800_000;

/**
 * A test of each page.
 *
 * @param slowToo whether blocks that take minutes are run as well
 */
export function describePages(slowToo: boolean): void {
  let clone: Clone;
  beforeAll(async () => {
    clone = await freshClone();
  }, PAGE_MS);
  afterAll(() => clone?.remove());

  const blocksIn = (page: string) => blocksOf(readFileSync(new URL(page, ROOT), 'utf8'));
  const pages = PAGES.filter((page) => !slowToo || blocksIn(page).some(({ slow }) => slow));
  it.each(pages)(
    '%s does what it says, block by block, in a fresh clone',
    async (page) => {
      const own = clone.copy();
      try {
        for (const block of blocksIn(page)) {
          const isRun = block.notRun === undefined && (slowToo || !block.slow);
          if (isRun) await tryBlock(own, block, `${page}:${block.line}`);
        }
      } finally {
        own.remove();
      }
    },
    PAGE_MS,
  );
}

async function tryBlock(own: Clone, block: Block, place: string): Promise<void> {
  switch (block.kind) {
    case 'sh':
      expectSuccess(await own.run(`set -e\n${withoutInstall(block.text)}`), place);
      return;
    case 'console':
      for (const { command, output } of shownIn(block.text)) {
        expectShown(output, await own.run(withoutInstall(command)), `${place}: ${command}`);
      }
      return;
    case 'json': {
      const file = join(own.folder, block.file ?? '');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, block.text);
      return;
    }
    case 'ts': {
      const name = `example-${block.line}.ts`;
      writeFileSync(join(own.folder, name), block.text);
      const expected = [...block.text.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
      const run = await own.run(`npx tsx ${name}`);
      expectShown(expected, run, place);
      return;
    }
  }
}

/** The clone is what `npm ci` leaves. */
const withoutInstall = (script: string): string => script.replaceAll(/^npm ci( &&|$)/gm, '');

function expectSuccess({ status, stdout, stderr }: Run, place: string): void {
  expect(status, `${place} ends with ${status}:\n${stdout}${stderr}`).toBe(0);
}

/** A page shows what a reader sees: standard output, with or without what is said beside it. */
function expectShown(output: readonly string[], run: Run, place: string): void {
  const { status, stdout, stderr } = run;
  const differences = [stdout, stdout + stderr, stderr + stdout].map((text) =>
    firstDifference(output, linesOf(text)),
  );
  expect(
    differences.every((difference) => difference !== undefined) ? differences[0] : undefined,
    `${place} ends with ${status} and prints\n${stdout}${stderr}`,
  ).toBeUndefined();
  expectSuccess(run, place);
}
