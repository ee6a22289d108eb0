/** A number is shown with three significant digits; undefined is a cell that has nothing to say. */
export type Cell = string | number | undefined;

export interface Table {
  readonly title: string;
  /** Sentences below the title: what was measured, and how to read it. */
  readonly notes?: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Three significant digits, never with an exponent: 0.00123, 4.57, 12300. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3))))));
  return Number(value.toPrecision(3)).toFixed(digits);
}

function text(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}

/** Columns are padded; those that hold a number anywhere, or a string of digits, are set right. */
function layout({ columns, rows }: Table) {
  const cells = [columns, ...rows.map((row) => row.map(text))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const right = columns.map((_, i) =>
    rows.some((row) => typeof row[i] === 'number' || /^\d+$/.test(row[i] ?? '')),
  );
  const padded = cells.map((row) =>
    columns.map((_, i) => (right[i] ? (row[i] ?? '').padStart(widths[i]) : (row[i] ?? '').padEnd(widths[i]))),
  );
  return { padded, widths, right };
}

/** For a terminal. */
export function renderText(table: Table): string {
  const { padded, widths } = layout(table);
  const lines = padded.map((row) => row.join('  ').trimEnd());
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return [table.title, ...(table.notes ?? []).map((note) => `  ${note}`), ...lines, ''].join('\n');
}

/** For a page; passes `prettier --check`. */
export function renderMarkdown(table: Table): string {
  const escaped: Table = {
    ...table,
    rows: table.rows.map((row) =>
      row.map((cell) => (typeof cell === 'string' ? cell.replaceAll('|', '\\|') : cell)),
    ),
  };
  const { padded, widths, right } = layout(escaped);
  const rule = widths.map(
    (width, i) => '-'.repeat(Math.max(3, width) - (right[i] ? 1 : 0)) + (right[i] ? ':' : ''),
  );
  const wide = padded.map((row) =>
    row.map((cell, i) =>
      right[i] ? cell.padStart(Math.max(3, widths[i])) : cell.padEnd(Math.max(3, widths[i])),
    ),
  );
  const [head, ...body] = wide.map((row) => `| ${row.join(' | ')} |`);
  const notes = (table.notes ?? []).map((note) => `${note}\n`);
  return [`### ${table.title}\n`, ...notes, head, `| ${rule.join(' | ')} |`, ...body, ''].join('\n');
}
