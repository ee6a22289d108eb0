import { usageError } from '../diagnostic.js';
import type { Interval } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { starParenText } from './comment.js';
import { rawAbout } from './raw-about.js';
import { lowerSecret } from './secret-lower.js';
import {
  constant,
  expressionOf,
  plus,
  secretCost,
  type Expression,
  type Secret,
  type SecretProgram,
  type Statement,
} from './secret-program.js';
import { costOfSecret, secretHeader, sumParts, wrapped } from './secret-text.js';
import type { Target } from './target.js';
import { render } from './templates.js';

/**
 * EzPC, for its plaintext and its two-party back ends at 64 bits. Of secrets it has no signed right shift that
 * all back ends agree on, so that floors are logical shifts of values moved above zero, and comparisons are
 * unsigned, on values moved likewise.
 */
export const ezpcTarget: Target = Object.freeze({
  name: 'ezpc',
  about: 'an EzPC program (64 bits) for two parties: scalar and array functions of secrets, and a main',
  maturity: 'experimental',
  needs: 'the EzPC compiler and a C++20 compiler; ABY for two parties',
  check: (plan: KernelPlan) => void ezpcProgram(plan),
  cost: (plan: KernelPlan) => {
    const program = ezpcProgram(plan);
    return { ...costOfSecret(program), andGates: ezpcGates(program) };
  },
  paths: (name: string) => [`ezpc/${name}.ezpc`],
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const program = ezpcProgram(plan);
    const text = await render('ezpc/kernel.hbs', {
      header: secretHeader(plan, certificate, program, COMPILE, gatesText(program)).map(starParenText),
      scalar: ezpcName(plan.name, 'Scalar'),
      array: ezpcName(plan.name, 'Array'),
      inputAbout: rawAbout(plan.input),
      outputAbout: rawAbout(plan.output),
      body: bodyLines(program),
    });
    return [{ path: `ezpc/${plan.name}.ezpc`, text }];
  },
});

/** Values v with −2^62 ≤ v < 2^62 can be moved above zero by 2^62 and still have their sign bit free. */
const WIDEST_BITS = 63;
const BIAS = 1n << 62n;

/** @throws usage error where an integer of the program is too wide to be moved */
function ezpcProgram(plan: KernelPlan): SecretProgram {
  const program = lowerSecret(plan);
  const { bits } = secretCost(program);
  if (bits <= WIDEST_BITS) return program;
  throw usageError(
    'too-wide',
    `${plan.name} has integers of ${bits} bits; EzPC's are exact up to ${WIDEST_BITS}`,
    'try fewer guard bits, a narrower format, or the mp-spdz target',
  );
}

/** AND gates of garbled 64-bit circuits, as ABY builds them. */
const COMPARISON_GATES = 64;
const MULTIPLEXER_GATES = 64;
/** Of a conversion from arithmetic shares: an adder. A shift by a public number of bits has none. */
const CONVERSION_GATES = 63;

/**
 * AND gates of one element: 128 an indicator (a comparison, and the choice of 0 or 1), 63 a truncation and 63 for
 * every secret that is compared, however often.
 */
export function ezpcGates(program: SecretProgram): number {
  const { comparisons, truncations, compared } = secretCost(program);
  return comparisons * (COMPARISON_GATES + MULTIPLEXER_GATES) + (truncations + compared) * CONVERSION_GATES;
}

const gatesText = (program: SecretProgram): string => `about ${ezpcGates(program)} AND gates an element`;

const COMPILE = 'ezpc.sh --bitlen 64 for two parties; with --codegen CPP without secrecy, to compare';

/** `tanh_q8_24` to `tanhQ8p24Scalar`: no underscores, and the suffix keeps it off every keyword. */
export function ezpcName(name: string, suffix: string): string {
  const joined = name.replace(/_+(.?)/g, (_, next: string) =>
    /\d/.test(next) ? `p${next}` : next.toUpperCase(),
  );
  return `${joined}${suffix}`;
}

const SYNTAX = { literal: (value: bigint) => `${value}L`, minus: '0L - ' } as const;
const INDENT = '      ';

function bodyLines({ statements, result }: SecretProgram): readonly string[] {
  const compared = new Map<Secret, bigint>();
  const lines = statements.flatMap((line) => statementLines(compared, line));
  const declared = result.terms.length === 0 ? [`int64_al result = ${sumText('', result)};`] : [];
  const returned = declared.length > 0 ? 'return result;' : `${sumText('return ', result)};`;
  return [...lines, ...declared, returned].flatMap((line) => line.split('\n'));
}

const sumText = (before: string, value: Expression) => wrapped(before, sumParts(value, SYNTAX), '', INDENT);

function statementLines(compared: Map<Secret, bigint>, line: Statement): readonly string[] {
  switch (line.kind) {
    case 'note':
      return [`(* ${starParenText(line.text)} *)`];
    case 'sum':
      return [`${sumText(`int64_al ${line.to.name} = `, line.value)};`];
    case 'product':
      return [`int64_al ${line.to.name} = ${line.left.name} * ${line.right.name};`];
    case 'atLeast': {
      const { secret, bound, to } = line;
      const bias = compared.get(secret) ?? biasOf(secret.interval);
      const biased = plus(expressionOf(secret), constant(bias));
      const converted = compared.has(secret)
        ? []
        : [`uint64_bl ${secret.name}Bits = ${sumText('', biased)};`];
      compared.set(secret, bias);
      return [
        ...converted,
        `int64_al ${to.name} = (${secret.name}Bits >= ${bound + bias}uL) ? 1L : 0L; (* ${secret.name} >= ${bound} *)`,
      ];
    }
    case 'floor': {
      const { to, value } = line;
      const bias = biasOf(value.interval);
      // Of a value below 2^62, a longer shift leaves no more than its sign.
      const shift = Math.min(line.shift, WIDEST_BITS - 1);
      const moved = plus(value, constant(bias));
      if (bias === 0n) return [`${sumText(`int64_al ${to.name} = (`, moved)}) >>> ${shift};`];
      // A line of its own moves it back: behind the shift it would be a subtraction of boolean shares.
      return [
        `${sumText(`int64_al ${to.name}Up = (`, moved)}) >>> ${shift};`,
        `int64_al ${to.name} = ${to.name}Up - ${bias >> BigInt(shift)}L;`,
      ];
    }
  }
}

/** What moves every value of an interval to 0 and above. */
const biasOf = ({ lo }: Interval) => (lo < 0n ? BIAS : 0n);
