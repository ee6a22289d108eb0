import { describe, expect, it } from 'vitest';
import { blocksOf, firstDifference, linesOf, shownIn } from './blocks.js';

const PAGE = `# A page

\`\`\`sh
npm ci   # fetch
\`\`\`

\`\`\`python
print(1)
\`\`\`

\`\`\`json file=approx-configs/mine.json
{}
\`\`\`

\`\`\`sh not-run="it takes a day"
sleep 86400
\`\`\`
`;

describe('the blocks of a page', () => {
  it('are those of the languages that are tried, with their lines, files and reasons', () => {
    expect(blocksOf(PAGE)).toEqual([
      { kind: 'sh', line: 4, text: 'npm ci   # fetch\n' },
      { kind: 'json', line: 12, text: '{}\n', file: 'approx-configs/mine.json' },
      { kind: 'sh', line: 16, text: 'sleep 86400\n', notRun: 'it takes a day' },
    ]);
  });

  it('of a terminal are commands with what they print', () => {
    expect(shownIn('$ one \\\n  --more\nout\n$ two\n')).toEqual([
      { command: 'one \\\n  --more', output: ['out'] },
      { command: 'two', output: [] },
    ]);
    expect(() => shownIn('out\n')).toThrow('"$ " and a command');
  });
});

describe('what a command prints', () => {
  it.each<[string, string[], string[]]>([
    ['the same', ['a', 'b'], ['a', 'b']],
    ['a gap in a line', ['a … c'], ['a b c']],
    ['a gap of no line', ['a', '…', 'b'], ['a', 'b']],
    ['a gap of some lines', ['a', '…', 'b'], ['a', 'x', 'y', 'b']],
    ['a gap whose last line looks like the next', ['…', 'b', 'c'], ['b', 'b', 'c']],
    ['a figure of the machine', ['took ~1.5 ns'], ['took 27 ns']],
    ['nothing', [], []],
  ])('may be as shown: %s', (_, shown, printed) => {
    expect(firstDifference(shown, printed)).toBeUndefined();
  });

  it.each<[string, string[], string[], string]>([
    ['a line more', ['a'], ['a', 'b'], 'printed "b", where the page shows "(nothing more)"'],
    ['a line less', ['a', 'b'], ['a'], 'the page shows "b", which was not printed'],
    ['another figure', ['2 ulp'], ['3 ulp'], 'printed "3 ulp", where the page shows "2 ulp"'],
    ['no figure of the machine', ['~1.5 ns'], ['fast'], 'printed "fast", where the page shows "~1.5 ns"'],
    ['text behind a figure', ['~1.5 ns'], ['1.5 ns or so'], 'printed "1.5 ns or so", where'],
    ['what follows a gap', ['…', 'z'], ['a', 'b'], 'the page shows "z", which was not printed'],
  ])('may differ: %s', (_, shown, printed, difference) => {
    expect(firstDifference(shown, printed)).toContain(difference);
  });

  it('is compared without blanks at the ends of lines', () => {
    expect(linesOf('a  \n\nb\n\n')).toEqual(['a', '', 'b']);
  });
});
