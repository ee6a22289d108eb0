import { usageError } from '../diagnostic.js';
import { widthBits } from '../fixedpoint/interval.js';
import type { Program } from './program.js';

/** What a program takes, whatever it is printed as. */
export interface ProgramCost {
  /** Products of two values, or of a value and a constant that is no power of two. */
  readonly multiplications: number;
  /** Two's complement bits of the widest product, and of the widest of all values. */
  readonly productBits: number;
  readonly valueBits: number;
}

export function programCost({ statements }: Program): ProgramCost {
  const products = statements.filter(({ operation }) => operation.kind === 'multiply');
  const widest = (values: Program['statements']) =>
    Math.max(0, ...values.map(({ interval }) => widthBits(interval)));
  return {
    multiplications: products.length,
    productBits: widest(products),
    valueBits: widest(statements),
  };
}

/** @throws usage error where a value takes more bits than a target has */
export function checkWidths(program: Program, most: number, target: string, others: string): void {
  const { valueBits } = programCost(program);
  if (valueBits <= most) return;
  throw usageError(
    'too-wide',
    `${program.name} computes with integers of ${valueBits} bits; the target ${target} has ${most}`,
    `fewer guard bits (--guard) or fraction bits make it narrower; ${others} take any width`,
    '--target',
  );
}
