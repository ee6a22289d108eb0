import type { RoundedShift } from './ts-rounding.js';

/** The statements of a TypeScript kernel and what they refer to. */
export interface TypescriptBody {
  readonly statements: readonly string[];
  readonly usesRound: boolean;
  readonly helpers: readonly string[];
  readonly tables: readonly BodyTable[];
}

export interface BodyTable {
  readonly name: string;
  readonly about: string;
  readonly values: string;
}

/** A body while it is written. */
export interface Writer {
  readonly statements: string[];
  readonly helpers: Set<string>;
  readonly tables: BodyTable[];
  usesRound: boolean;
  /** Set where doubles can't do something exactly: the body is then of no use. */
  inexact: boolean;
}

/** Takes note of what a rounded shift needs and returns its expression. */
export function use(writer: Writer, shift: RoundedShift | undefined): string {
  if (shift === undefined) {
    writer.inexact = true;
    return '0';
  }
  if (shift.usesRound) writer.usesRound = true;
  if (shift.helper) writer.helpers.add(shift.helper);
  return shift.expression;
}
