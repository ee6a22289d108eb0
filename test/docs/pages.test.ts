import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/emit/targets.js';
import { describePages, PAGES, ROOT } from './pages.js';

const textOf = (page: string): string => readFileSync(new URL(page, ROOT), 'utf8');

describe('each page', () => describePages(false));

describe('pages', () => {
  it('list every target with its maturity', () => {
    const rows = [
      ...textOf('docs/targets.md').matchAll(/^\| `([a-z-]+)` +\|.*\| (stable|experimental) +\|/gm),
    ];
    expect(rows.map(([, name, maturity]) => [name, maturity])).toEqual(
      TARGETS.map(({ name, maturity }) => [name, maturity]),
    );
  });

  it('name only scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const text = [...PAGES, 'CONTRIBUTING.md'].map(textOf).join('\n');
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][a-z:]*)/g)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each([...PAGES, 'CONTRIBUTING.md'])('%s links only to what is there', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map((match) => match[1]);
    const broken = links.filter((link) => {
      const [path, heading] = link.split('#');
      const url = path === '' ? new URL(page, ROOT) : new URL(path, new URL(page, ROOT));
      if (!existsSync(url)) return true;
      return heading !== undefined && !headingsOf(readFileSync(url, 'utf8')).includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

/** The anchors of headings, as GitHub makes them. */
function headingsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
