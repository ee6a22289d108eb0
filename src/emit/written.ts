import { operandsOf, type Operation, type Program, type Value } from './program.js';

/**
 * How tightly an expression holds together, where languages agree: what is tighter needs no parentheses inside
 * what is looser. Everything but sums and products is parenthesised inside everything, as compilers advise.
 */
export type Level = 'atom' | 'unary' | 'product' | 'sum' | 'other';

export interface Written {
  readonly text: string;
  readonly level: Level;
}

export const atom = (text: string): Written => ({ text, level: 'atom' });
export const unary = (text: string): Written => ({ text, level: 'unary' });
export const other = (text: string): Written => ({ text, level: 'other' });

const LEVELS: readonly Level[] = ['atom', 'unary', 'product', 'sum', 'other'];

/** The text of an expression as an operand that has to hold together as tightly. */
export function inside({ text, level }: Written, loosest: Level): string {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(loosest) ? text : `(${text})`;
}

/** left + right and the like: sums and products, in the precedence that all languages share. */
export function infix(left: Written, operator: '+' | '-' | '*', right: Written): Written {
  const level = operator === '*' ? 'product' : 'sum';
  const tighter = operator === '*' ? 'unary' : 'product';
  return { text: `${inside(left, level)} ${operator} ${inside(right, tighter)}`, level };
}

/** left operator right, with parentheses around whatever has an operator between two operands itself. */
export function apart(left: Written, operator: string, right: Written): Written {
  return other(`${inside(left, 'unary')} ${operator} ${inside(right, 'unary')}`);
}

/** How a language writes values; what it writes may carry a type. */
export interface Language<W extends Written = Written> {
  /** A declared value where it is used. */
  readonly name: (value: Value) => W;
  readonly literal: (value: bigint) => W;
  /** An operation; `of` writes an operand. */
  readonly write: (value: Value, of: Operand<W>) => W;
  /** Whether what is written for an operation names its operands more than once. */
  readonly repeats: (operation: Operation) => boolean;
  /** Values that are written anew wherever they are used: what costs less than a variable. */
  readonly inlines?: (value: Value) => boolean;
}

export type Operand<W extends Written = Written> = (operand: Value) => W;

/** A declaration to be written. */
export interface Line<W extends Written = Written> {
  readonly value: Value;
  readonly about?: string;
  readonly expression: W;
}

/**
 * The statements of a program but for its input, those that have no comment and are used once written where
 * they are used; and its result as an expression.
 */
export function linesOf<W extends Written>(
  program: Program,
  language: Language<W>,
): { readonly lines: readonly Line<W>[]; readonly result: W } {
  const named = needName(program, language);
  const of = (value: Value): W => {
    if (value.operation.kind === 'constant') return language.literal(value.operation.value);
    return named.has(value) ? language.name(value) : language.write(value, of);
  };
  const lines = program.statements
    .filter((value) => named.has(value) && value.operation.kind !== 'input')
    .map((value) => ({
      value,
      ...(value.about === undefined ? {} : { about: value.about }),
      expression: language.write(value, of),
    }));
  return { lines, result: of(program.result) };
}

function needName<W extends Written>(
  { statements, result }: Program,
  { repeats, inlines = () => false }: Language<W>,
): ReadonlySet<Value> {
  const uses = new Map<Value, number>([[result, 1]]);
  for (const value of statements) {
    const times = repeats(value.operation) ? 2 : 1;
    for (const operand of operandsOf(value)) uses.set(operand, (uses.get(operand) ?? 0) + times);
  }
  const needs = (value: Value) =>
    value.operation.kind === 'input' || value.about !== undefined || (uses.get(value) ?? 0) > 1;
  return new Set(statements.filter((value) => needs(value) && !inlines(value)));
}

/** A sentence from what is said of a value. */
export function sentence(about: string): string {
  return `${about[0].toUpperCase()}${about.slice(1)}.`;
}
