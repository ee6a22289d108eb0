/** Characters of a line, as in all of the project. */
const WIDTH = 110;
const INDENT = 2;

/**
 * A value as the text of a JSON file, laid out as prettier does it: what fits a line stays on one, numbers fill
 * lines, and lists of records have one a line. Written here so that a kernel can be made and kept without loading
 * a formatter, which takes as long as proving a 16-bit kernel.
 *
 * @param value what JSON.stringify takes; members that are undefined are left out
 */
export function jsonText(value: unknown): string {
  return `${laidOut(value, 0, 0, 0)}\n`;
}

/**
 * @param indent of the line that the value begins on
 * @param before characters on that line that come before the value
 * @param after characters that have to follow on the line that the value ends on
 */
function laidOut(value: unknown, indent: number, before: number, after: number): string {
  const flat = flatText(value);
  if (typeof value !== 'object' || value === null) return flat;
  if (!breaksAnyway(value) && before + flat.length + after <= WIDTH) return flat;
  const inner = indent + INDENT;
  const margin = ' '.repeat(inner);
  const end = ' '.repeat(indent);
  if (Array.isArray(value)) {
    const rows = isNumbers(value) ? filled(value.map(flatText), inner) : lines(value, inner, () => '');
    return rows.length === 0 ? flat : `[\n${rows.map((row) => margin + row).join('\n')}\n${end}]`;
  }
  const members = membersOf(value);
  const rows = lines(
    members.map(([, member]) => member),
    inner,
    (i) => `${JSON.stringify(members[i][0])}: `,
  );
  return rows.length === 0 ? flat : `{\n${rows.map((row) => margin + row).join('\n')}\n${end}}`;
}

/** Values one below the other, with commas; `label` stands before each. */
function lines(values: readonly unknown[], indent: number, label: (i: number) => string): readonly string[] {
  return values.map((value, i) => {
    const comma = i + 1 < values.length ? ',' : '';
    const before = label(i);
    return `${before}${laidOut(value, indent, indent + before.length, comma.length)}${comma}`;
  });
}

/** Words in as few lines as hold them, with commas. */
function filled(words: readonly string[], indent: number): readonly string[] {
  const rows: string[] = [];
  words.forEach((word, i) => {
    const text = i + 1 < words.length ? `${word},` : word;
    const last = rows.at(-1);
    if (last !== undefined && indent + last.length + 1 + text.length <= WIDTH) {
      rows[rows.length - 1] = `${last} ${text}`;
    } else rows.push(text);
  });
  return rows;
}

function flatText(value: unknown): string {
  if (typeof value === 'number') return JSON.stringify(value).replace('e+', 'e');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`;
  const members = membersOf(value).map(([key, member]) => `${JSON.stringify(key)}: ${flatText(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

const isNumbers = (value: readonly unknown[]): boolean =>
  value.length > 1 && value.every((each) => typeof each === 'number');

/** Whether a list of several records, or of several lists, is in it: these have a line each. */
function breaksAnyway(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts: readonly unknown[] = Array.isArray(value) ? value : membersOf(value).map(([, part]) => part);
  return (Array.isArray(value) && isTable(value)) || parts.some(breaksAnyway);
}

function isTable(value: readonly unknown[]): boolean {
  const [first] = value;
  return (
    value.length > 1 &&
    value.every(
      (each) =>
        typeof each === 'object' &&
        each !== null &&
        Array.isArray(each) === Array.isArray(first) &&
        (Array.isArray(each) ? each : membersOf(each)).length > 1,
    )
  );
}
