import { usageError, type ApproxgenError } from '../diagnostic.js';
import { parseDecimal } from './decimal.js';
import { PIXELS, type Split } from './split.js';

const NEWLINE = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;

/** One row of text, `text[start, end)`, and where it is. */
interface Row {
  readonly text: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Reads the pixels of a row into `pixels` from `offset` on; returns the digit. */
type RowReader = (row: Row, pixels: Float64Array, offset: number) => number;

/**
 * Reads the form of "The Elements of Statistical Learning" (zip.train, zip.test): a row is the digit and 256 pixels,
 * parted by white space.
 *
 * @param file what an error calls the text
 * @throws ApproxgenError (status 2) that names file, line and value: wrong number of columns, digit not 0 to 9, pixel
 * not a number in [−1, 1], no rows, last row not ended
 */
export function parseDenseRows(text: Uint8Array, file: string): Split {
  return parseRows(text, file, readDenseRow);
}

/**
 * Reads the form of LIBSVM (usps, usps.t): a row is a label, which is the digit + 1, and `index:value` pairs with
 * rising indices 1 to 256; a pixel that is not listed is 0.
 *
 * @param file what an error calls the text
 * @throws ApproxgenError (status 2) that names file, line and value, as for the dense form
 */
export function parseSparseRows(text: Uint8Array, file: string): Split {
  return parseRows(text, file, readSparseRow);
}

function parseRows(text: Uint8Array, file: string, readRow: RowReader): Split {
  const capacity = countLines(text);
  const pixels = new Float64Array(capacity * PIXELS);
  const labels = new Uint8Array(capacity);
  let count = 0;
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf(NEWLINE, start);
    const end = newline < 0 ? text.length : newline;
    const row = { text, start, end, file, line };
    if (tokenStart(text, start, end) < end) {
      if (newline < 0)
        throw rowError(row, 'data-truncated', 'the file ends inside this row: no newline follows it');
      labels[count] = readRow(row, pixels, count * PIXELS);
      count++;
    }
    start = end + 1;
  }
  if (count === 0) {
    throw usageError(
      'data-empty',
      'the file has no rows; expected one for each sample',
      'delete it and fetch it again: npm run data',
      file,
    );
  }
  return { pixels: pixels.subarray(0, count * PIXELS), labels: labels.subarray(0, count), count };
}

function readDenseRow(row: Row, pixels: Float64Array, offset: number): number {
  const { text, end } = row;
  let start = tokenStart(text, row.start, end);
  let stop = tokenEnd(text, start, end);
  const digit = readLabel(row, start, stop, 0);
  let columns = 1;
  for (;;) {
    start = tokenStart(text, stop, end);
    if (start >= end) break;
    stop = tokenEnd(text, start, end);
    if (columns <= PIXELS) pixels[offset + columns - 1] = readPixel(row, start, stop, columns);
    columns++;
  }
  if (columns !== PIXELS + 1) {
    throw rowError(
      row,
      'data-columns',
      `the row has ${columns} column${columns === 1 ? '' : 's'}; expected ${PIXELS + 1}: the digit and ${PIXELS} pixels`,
    );
  }
  return digit;
}

function readSparseRow(row: Row, pixels: Float64Array, offset: number): number {
  const { text, end } = row;
  let start = tokenStart(text, row.start, end);
  let stop = tokenEnd(text, start, end);
  const label = readLabel(row, start, stop, 1);
  let last = 0;
  for (;;) {
    start = tokenStart(text, stop, end);
    if (start >= end) break;
    stop = tokenEnd(text, start, end);
    const colon = text.indexOf(COLON, start);
    const index = colon < 0 || colon >= stop ? NaN : parseDecimal(text, start, colon);
    if (!Number.isInteger(index) || index < 1 || index > PIXELS) {
      throw rowError(
        row,
        'data-index',
        `${quote(text, start, stop)} is not a pixel; expected index:value with an index of 1 to ${PIXELS}`,
      );
    }
    if (index <= last) {
      throw rowError(row, 'data-index', `pixel ${index} follows pixel ${last}; expected rising indices`);
    }
    pixels[offset + index - 1] = readPixel(row, colon + 1, stop, index);
    last = index;
  }
  if (last === 0) {
    throw rowError(row, 'data-columns', 'the row has a label but no pixels; expected index:value pairs');
  }
  return label - 1;
}

function readLabel(row: Row, start: number, end: number, first: number): number {
  const label = parseDecimal(row.text, start, end);
  if (!Number.isInteger(label) || label < first || label > first + 9) {
    const meaning = first === 0 ? 'the digit, 0 to 9' : `the digit + ${first}, ${first} to ${first + 9}`;
    throw rowError(row, 'data-label', `the label is ${quote(row.text, start, end)}; expected ${meaning}`);
  }
  return label;
}

function readPixel(row: Row, start: number, end: number, number: number): number {
  const value = parseDecimal(row.text, start, end);
  if (!(value >= -1 && value <= 1)) {
    const what = Number.isNaN(value) ? 'a number' : 'a number from −1 to 1';
    throw rowError(row, 'data-pixel', `pixel ${number} is ${quote(row.text, start, end)}; expected ${what}`);
  }
  return value;
}

function countLines(text: Uint8Array): number {
  let lines = 1;
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

function tokenStart(text: Uint8Array, from: number, end: number): number {
  while (from < end && text[from] <= SPACE) from++;
  return from;
}

function tokenEnd(text: Uint8Array, from: number, end: number): number {
  while (from < end && text[from] > SPACE) from++;
  return from;
}

/** The text as a JSON string, shortened where it is long. */
function quote(text: Uint8Array, start: number, end: number): string {
  const shown = Buffer.from(text.subarray(start, Math.min(end, start + 24))).toString('latin1');
  return JSON.stringify(end - start > 24 ? `${shown}…` : shown);
}

function rowError(row: Row, code: string, message: string): ApproxgenError {
  return usageError(
    code,
    message,
    'delete the file and fetch it again: npm run data',
    `${row.file}:${row.line}`,
  );
}
