import { usageError } from '../diagnostic.js';
import { widthBits } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { lineComments } from './comment.js';
import { PYTHON_NAMES } from './keywords.js';
import { checkKernelName, type NameRules } from './names.js';
import { rawAbout } from './raw-about.js';
import { lowerSecret } from './secret-lower.js';
import {
  differences,
  secretCost,
  type Expression,
  type SecretProgram,
  type Statement,
} from './secret-program.js';
import { costOfSecret, secretHeader, sumParts, wrapped } from './secret-text.js';
import { secretVectors } from './secret-vectors.js';
import type { Target } from './target.js';
import { render } from './templates.js';

/**
 * MP-SPDZ, for its arithmetic protocols: functions of `sint`, of one or of vectors. Each comparison and each exact
 * truncation is told the width of what it works on, which is what it costs.
 */
export const mpSpdzTarget: Target = Object.freeze({
  name: 'mp-spdz',
  about: 'an MP-SPDZ program: a function of sint and vectors of them, another of arrays, and test vectors',
  maturity: 'experimental',
  needs: 'MP-SPDZ, with a virtual machine of an arithmetic protocol',
  check: (plan: KernelPlan) => void mpSpdzProgram(plan),
  cost: (plan: KernelPlan) => costOfSecret(mpSpdzProgram(plan)),
  paths: (name: string) => [`mp-spdz/${name}.mpc`],
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const program = mpSpdzProgram(plan);
    const { bits } = secretCost(program);
    const vectors = secretVectors(plan, MOST_VECTORS);
    const list = (values: readonly bigint[]) =>
      wrapped(
        LIST_INDENT,
        values.map((value) => `${value},`),
        '',
        LIST_INDENT,
      ).split('\n');
    const text = await render('mp-spdz/kernel.hbs', {
      header: lineComments('#', secretHeader(plan, certificate, program, compileLine(bits))),
      name: plan.name,
      inputAbout: rawAbout(plan.input),
      outputAbout: rawAbout(plan.output),
      body: bodyLines(program),
      inputs: list(vectors.map(({ input }) => input)),
      outputs: list(vectors.map(({ output }) => output)),
    });
    return [{ path: `mp-spdz/${plan.name}.mpc`, text }];
  },
});

const LIST_INDENT = '        ';

/** Test vectors in a program: each is an element that a run pays for. */
const MOST_VECTORS = 256;

/** Rings of 128 bits hold comparisons of integers one bit shorter. */
const WIDEST_BITS = 126;

/** @throws usage error where an integer is too wide, or the name is taken in Python or by the library */
function mpSpdzProgram(plan: KernelPlan): SecretProgram {
  checkKernelName(plan, MP_SPDZ_NAMES);
  const program = lowerSecret(plan);
  const { bits } = secretCost(program);
  if (bits <= WIDEST_BITS) return program;
  throw usageError(
    'too-wide',
    `${plan.name} has integers of ${bits} bits; MP-SPDZ's rings hold ${WIDEST_BITS}`,
    'try fewer guard bits or a narrower format',
  );
}

/** Keywords of Python, and what programs of MP-SPDZ and this one use. */
const MP_SPDZ_NAMES: NameRules = {
  language: 'MP-SPDZ',
  words: PYTHON_NAMES.words,
  patterns: [
    {
      pattern:
        /^(?:sint|cint|regint|sfix|cfix|sgf2n|cgf2n|sfloat|sbits|sbitint|sbit|Array|Matrix|Tensor|MemValue|program|print_ln|print_str|println|if_|if_e|else_|for_range|for_range_opt|for_range_parallel|map_reduce|while_do|do_while|break_loop|x|src|dst|inputs|outputs|wrong|sum|list|range|len|print|int|abs|min|max)$/,
      reason: 'programs use it for something else',
    },
  ],
};

/** The ring that holds every comparison and truncation. */
const ringBits = (bits: number) => (bits < 64 ? 64 : 128);

function compileLine(bits: number): string {
  return `./compile.py -R ${ringBits(bits)} for rings, -F ${Math.max(64, bits + 1)} for prime fields; truncations are exact in both`;
}

const SYNTAX = { literal: (value: bigint) => String(value), minus: '-' } as const;
const INDENT = '        ';

function bodyLines({ statements, result }: SecretProgram): readonly string[] {
  // Without a secret in it, a result still has to be as long as the input.
  const zero = result.terms.length === 0 ? ' + 0 * x' : '';
  return [...statements.map(statementLine), assigned('return', result, zero)].flatMap((line) =>
    line.split('\n'),
  );
}

function statementLine(line: Statement): string {
  switch (line.kind) {
    case 'note':
      return `# ${line.text}`;
    case 'sum':
      return assigned(`${line.to.name} =`, line.value);
    case 'product':
      return `${line.to.name} = ${line.left.name} * ${line.right.name}`;
    case 'atLeast': {
      // The width is of the operands; their difference, whose sign is taken, has one bit more.
      const bits = Math.max(1, widthBits(differences(line.secret, line.bound)) - 1);
      return `${line.to.name} = ${line.secret.name}.greater_equal(${line.bound}, ${bits})`;
    }
    case 'floor': {
      const bits = widthBits(line.value.interval);
      const shift = Math.min(line.shift, bits - 1);
      const value = wrapped('(', sumParts(line.value, SYNTAX), ')', INDENT);
      return `${line.to.name} = ${value}.right_shift(${shift}, ${bits})`;
    }
  }
}

/** A sum behind a name or a keyword; in parentheses where it takes several lines. */
function assigned(before: string, value: Expression, after = ''): string {
  const line = wrapped(`${before} `, sumParts(value, SYNTAX), after, INDENT);
  return line.includes('\n') ? `${wrapped(`${before} (`, sumParts(value, SYNTAX), after, INDENT)})` : line;
}
