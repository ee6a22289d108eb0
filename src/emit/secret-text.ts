import { widthBits } from '../fixedpoint/interval.js';
import type { Certificate } from '../verify/certificate.js';
import type { KernelPlan } from '../plan/plan.js';
import { headerLines, labelled } from './header.js';
import { secretCost, type Expression, type SecretProgram } from './secret-program.js';
import type { TargetCost } from './target-cost.js';

/** How a language writes the public numbers of a sum. */
export interface SumSyntax {
  readonly literal: (magnitude: bigint) => string;
  /** What negates the secret that a sum begins with: a sign where there is one, `0L - ` where there is not. */
  readonly minus: string;
}

/** constant + factor · secret + …, the parts of a sum in that order. */
export function sumParts({ constant, terms }: Expression, { literal, minus }: SumSyntax): readonly string[] {
  const parts = terms.map(({ secret, factor }) => {
    const size = factor < 0n ? -factor : factor;
    return { below: factor < 0n, text: size === 1n ? secret.name : `${secret.name} * ${literal(size)}` };
  });
  const [head, ...rest] = parts;
  const tail = (after: typeof parts) => after.map(({ below, text }) => `${below ? '- ' : '+ '}${text}`);
  if (constant === 0n && parts.length > 0) return [`${head.below ? minus : ''}${head.text}`, ...tail(rest)];
  return [`${constant < 0n ? '-' : ''}${literal(constant < 0n ? -constant : constant)}`, ...tail(parts)];
}

/** Parts on as few lines as there can be, and more lines where one would be too long. */
export function wrapped(before: string, parts: readonly string[], after: string, indent: string): string {
  const lines = [before];
  for (const part of parts) {
    const line = lines[lines.length - 1];
    const joined = line === before ? `${line}${part}` : `${line} ${part}`;
    if (joined.length <= LINE_LENGTH || line.trim() === '') lines[lines.length - 1] = joined;
    else lines.push(`${indent}${part}`);
  }
  return lines.join('\n') + after;
}

const LINE_LENGTH = 110;

/** What an element costs the parties, for a report. */
export function costOfSecret(program: SecretProgram): TargetCost {
  const { comparisons, truncations, products, bits } = secretCost(program);
  const widths = program.statements.flatMap((line) =>
    line.kind === 'product' ? [widthBits(line.to.interval)] : [],
  );
  return {
    multiplications: products,
    productBits: Math.max(0, ...widths),
    valueBits: bits,
    comparisons,
    truncations,
  };
}

/** The header of every target, and what this one costs the parties. */
export function secretHeader(
  plan: KernelPlan,
  certificate: Certificate,
  program: SecretProgram,
  compile: string,
  gates?: string,
): readonly string[] {
  const { comparisons, truncations, products, bits } = secretCost(program);
  const cost = [
    `${comparisons} comparisons, ${truncations} truncations, ${products} products of two secrets an element`,
    `integers of at most ${bits} bits`,
    ...(gates === undefined ? [] : [gates]),
  ].join('; ');
  return headerLines(plan, certificate, [
    labelled('Secrets', 'nothing depends on the input but values: no branch, no index, no shift'),
    labelled('Cost', cost),
    labelled('Compile', compile),
  ]);
}
