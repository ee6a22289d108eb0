/*
 * The command blocks of a page, read from its Markdown, and the comparison of what a command prints with what the
 * page shows. A block that is to be tried has one of these languages:
 *
 *     sh       commands, run by bash from the root of the repository; each must succeed
 *     console  `$ command` and what it prints
 *     ts       a module; `console.log(…); // expected` says what a line prints
 *     json     with file=<path> behind the language: written to that path
 *
 * `not-run="reason"` behind the language leaves a block out, and says why; `slow` leaves it to the slow tests.
 */

export interface Block {
  readonly kind: 'sh' | 'console' | 'ts' | 'json';
  /** The page's line of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** Where a `json` block is written. */
  readonly file?: string;
  /** Why it is not run. */
  readonly notRun?: string;
  /** Whether it takes minutes. */
  readonly slow?: true;
}

/** A command of a `console` block with the lines that follow it. */
export interface Shown {
  readonly command: string;
  readonly output: readonly string[];
}

const KINDS = ['sh', 'console', 'ts', 'json'] as const;
/** Indented as a list item's text may be. */
const FENCE = /^ *```(\w+)([^\n]*)\n([\s\S]*?)^ *```$/gm;

/** The blocks of a page that are tried, in order. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(FENCE)].flatMap(({ index, 1: language, 2: info, 3: text }) => {
    const kind = KINDS.find((each) => each === language);
    if (!kind) return [];
    const file = /\bfile=(\S+)/.exec(info)?.[1];
    const notRun = /\bnot-run="([^"]+)"/.exec(info)?.[1];
    if (kind === 'json' && file === undefined && notRun === undefined) return [];
    return [
      {
        kind,
        line: markdown.slice(0, index).split('\n').length + 1,
        text,
        ...(file === undefined ? {} : { file }),
        ...(notRun === undefined ? {} : { notRun }),
        ...(/^ slow\b/.test(info) ? { slow: true as const } : {}),
      },
    ];
  });
}

/** The commands of a `console` block; a command goes on in the next line behind a backslash. */
export function shownIn(text: string): readonly Shown[] {
  const shown: { command: string; output: string[] }[] = [];
  let continues = false;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = shown.at(-1);
    const begins: boolean = !continues && line.startsWith('$ ');
    if (begins) shown.push({ command: line.slice(2), output: [] });
    else if (!last) throw new TypeError(`a console block begins with "${line}"; expected "$ " and a command`);
    else if (continues) last.command += `\n${line}`;
    else last.output.push(line);
    continues = (begins || continues) && line.endsWith('\\');
  }
  return shown;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A line as shown: `…` stands for anything, and a number behind a tilde for any number, since the machine decides. */
function matchesLine(shown: string, printed: string): boolean {
  const parts = shown.split(/(…|~\d[\d.,]*)/).map((part, i) => {
    if (i % 2 === 0) return escaped(part);
    return part === '…' ? '.*' : '~?\\d[\\d.,]*';
  });
  return new RegExp(`^${parts.join('')}$`).test(printed);
}

/**
 * The first line of what is shown that was not printed, or the first that was printed and is not shown; undefined
 * where all is as shown. A line that is only `…` stands for any number of lines.
 */
export function firstDifference(shown: readonly string[], printed: readonly string[]): string | undefined {
  // How many lines of what is shown can stand for all that was printed so far.
  let reached = pastGaps(shown, new Set([0]));
  for (const line of printed) {
    const next = new Set<number>();
    for (const count of reached) {
      if (count === shown.length) continue;
      if (isGap(shown[count])) next.add(count);
      else if (matchesLine(shown[count], line)) next.add(count + 1);
    }
    if (next.size === 0) {
      return `printed "${line}", where the page shows "${shown[Math.max(...reached)] ?? '(nothing more)'}"`;
    }
    reached = pastGaps(shown, next);
  }
  return reached.has(shown.length)
    ? undefined
    : `the page shows "${shown[Math.max(...reached)]}", which was not printed`;
}

/** A gap stands for no line as well. */
function pastGaps(shown: readonly string[], counts: Set<number>): Set<number> {
  // A set is gone through with what is added on the way.
  for (const count of counts) if (count < shown.length && isGap(shown[count])) counts.add(count + 1);
  return counts;
}

const isGap = (line: string): boolean => line.trim() === '…';

/** Lines without what a terminal hides: trailing blanks, and empty lines at the end. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
