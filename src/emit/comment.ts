/**
 * Comments of the languages that are printed. A plan may be a stranger's: whatever its texts hold, a comment ends where
 * this module ends it, and shows every character that it has.
 */

/** Control and format characters (directions of writing among them), lone surrogates, and breaks of lines. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** A text as one line of visible characters: others are shown as `<U+000A>`. */
export function visibleText(text: string): string {
  return text.replace(
    INVISIBLE,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/** How a language writes a line of text inside a comment, without the marks around it. */
export type CommentText = (line: string) => string;

/** Between slash-star and star-slash: neither mark occurs; of C, TypeScript, Verilog and others. */
export const slashStarText: CommentText = (line) =>
  visibleText(line)
    .replace(/\/(?=\*)/g, '/ ')
    .replace(/\*(?=\/)/g, '* ');

/**
 * Behind a mark, to the end of a line. A backslash at the end would take the next line along in C's family, and
 * `coding:` in one of the first two lines would tell Python the encoding.
 */
export const lineText: CommentText = (line) =>
  visibleText(line)
    .replace(/\\$/, '\\ .')
    .replace(/coding(?=[:=])/g, 'coding ');

/** Between the marks of EzPC, whose comments a preprocessor for C reads first. */
export const starParenText: CommentText = (line) =>
  visibleText(line)
    .replace(/\/(?=[/*])/g, '/ ')
    .replace(/\*(?=[)/])/g, '* ')
    .replace(/\((?=\*)/g, '( ');

/** In a string of Python between three double quotes. */
export const docstringText: CommentText = (line) => visibleText(line).replace(/\\/g, '/').replace(/"/g, "'");

/** Lines of comment behind a mark each, such as `//`. */
export function lineComments(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${mark} ${lineText(line)}`.trimEnd());
}

/** The lines between the marks of a comment of C, each behind a star. */
export function starredLines(lines: readonly string[]): readonly string[] {
  return lines.map((line) => ` * ${slashStarText(line)}`.trimEnd());
}

/** Pieces joined to lines of a length as far as they fit, what follows the first indented. */
export function wrappedLines(
  pieces: readonly string[],
  { width, first, indent }: { readonly width: number; readonly first: string; readonly indent: string },
): readonly string[] {
  const lines = [first];
  let isEmpty = true;
  for (const piece of pieces) {
    const joined = `${lines[lines.length - 1]}${isEmpty ? '' : ' '}${piece}`;
    if (isEmpty || joined.length <= width) lines[lines.length - 1] = joined;
    else lines.push(`${indent}${piece}`);
    isEmpty = false;
  }
  return lines;
}

const ASCII: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  '→': '->',
  '−': '-',
  '·': '*',
  '×': '*',
  '…': '...',
  '∞': 'inf',
  π: 'pi',
  '½': '1/2',
  '²': '^2',
  '⁻': '^-',
  '’': "'",
  '√': 'sqrt',
  '≈': '~',
};

/** Text for tools that read nothing but ASCII, comments included. */
export function asciiText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => ASCII[character] ?? '?');
}
