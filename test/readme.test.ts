import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../src/emit/targets.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const library = new URL('../src/index.ts', import.meta.url).href;

/** Fenced blocks of one language. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (match) => match[1],
  );
}

describe('README', () => {
  it('shows a library example that runs and says what it prints', async () => {
    const example = blocks('ts').find((block) => block.includes("from 'approxgen'"));
    expect(example).toBeDefined();
    const printed: string[] = [];
    const expected = [...(example ?? '').matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
    const body = (example ?? '')
      .replace("'approxgen'", JSON.stringify(library))
      .replaceAll('console.log(', 'globalThis.readmePrint(');
    (globalThis as { readmePrint?: unknown }).readmePrint = (...values: unknown[]) =>
      printed.push(format(...values));
    const folder = mkdtempSync(join(import.meta.dirname, 'readme-'));
    try {
      const file = join(folder, 'example.ts');
      writeFileSync(file, body);
      await import(pathToFileURL(file).href);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(expected.length).toBeGreaterThan(2);
    expect(printed).toEqual(expected);
  });

  it('lists every target with its maturity', () => {
    const rows = [...readme.matchAll(/^\| `([a-z-]+)` +\|.*\| (stable|experimental) +\|/gm)];
    expect(rows.map(([, name, maturity]) => [name, maturity])).toEqual(
      TARGETS.map(({ name, maturity }) => [name, maturity]),
    );
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
