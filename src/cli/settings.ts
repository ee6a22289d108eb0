import { chooseFunction } from '../spec/function-choice.js';
import type { OptionRow } from '../spec/option.js';
import { KERNEL_OPTIONS } from '../spec/options.js';
import { pathOf, type Place } from '../spec/place.js';
import type { KernelSpec } from '../spec.js';
import type { Trust } from './trust.js';
import { parseMeasure } from './measure.js';
import { parseNumber, parseRange } from './number.js';

/**
 * A kernel's options as a command line or a configuration gives them, with every number evaluated and every file read.
 *
 * @param trust in modules, where the options come from a file
 * @param values by the keys of the options; texts of a command line, or what a configuration holds
 * @throws usage error that names the first that can't be read
 */
export async function specFrom(
  values: Readonly<Record<string, unknown>>,
  place: Place,
  trust?: Trust,
): Promise<KernelSpec> {
  const chosen = await chooseFunction(values, place, trust);
  const entries: [string, unknown][] = [];
  for (const row of KERNEL_OPTIONS) {
    const value = values[row.key];
    if (value === undefined || ['function', 'expr', 'module'].includes(row.key)) continue;
    if (row.key === 'measure')
      entries.push(...Object.entries(await parseMeasure(value as string, pathOf(place, row))));
    else entries.push([row.key, evaluated(row, value, pathOf(place, row))]);
  }
  return { function: chosen, ...Object.fromEntries(entries.filter(([, value]) => value !== undefined)) };
}

/** The value that an option stands for. */
function evaluated({ kind }: OptionRow, value: unknown, path: string): unknown {
  switch (kind.is) {
    case 'text':
    case 'choice':
    case 'switch':
      return value;
    case 'number':
      return parseNumber(value as string | number, path);
    case 'whole':
      return value === kind.word ? value : parseNumber(value as string | number, path);
    case 'ulps':
      if (typeof value === 'boolean') return value ? kind.whenTrue : undefined;
      return parseNumber(value as string | number, path);
    case 'numbers':
      return value === 'none' ? [] : numbersIn(value, path);
    case 'range':
      return typeof value === 'string' ? parseRange(value, path) : numbersIn(value, path);
  }
}

function numbersIn(value: unknown, path: string): readonly number[] {
  const list = typeof value === 'string' ? value.split(',') : (value as readonly (string | number)[]);
  return list.map((part) => parseNumber(part, path));
}
