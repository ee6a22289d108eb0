import { formatName, type QFormat } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { cLanguage } from './c-expression.js';
import { cLiteral, cTypeOf, noNeeds, type CWritten } from './c-type.js';
import { cElement, cTableViews, isWideColumn, storedBytes } from './c-table.js';
import { slashStarText, starredLines } from './comment.js';
import { headerLines } from './header.js';
import { C_NAMES } from './keywords.js';
import { lower } from './lower.js';
import { widthFor } from './machine-type.js';
import { checkKernelName } from './names.js';
import { checkWidths } from './program-cost.js';
import { usesInput, type Program, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { rawAbout } from './raw-about.js';
import type { Target, Vectors } from './target.js';
import { functionSymbol, functionText } from './symbol.js';
import { costOfProgram, type TargetCost } from './target-cost.js';
import { render } from './templates.js';
import { linesOf, sentence } from './written.js';

/** Integers that C99 can hold in two words. */
const WIDEST = 128;

/** C99: one header of static inline functions and constant tables, which on AVR are in flash; no library is needed. */
export const cTarget: Target = Object.freeze({
  name: 'c',
  about: 'a C99 header: static inline functions on integers as narrow as is proven, and constant tables',
  maturity: 'stable',
  needs: 'a C99 compiler whose right shifts of negative integers are arithmetic, as all in use are',
  check: (plan: KernelPlan) => {
    checkKernelName(plan, C_NAMES);
    checkWidths(lowered(plan), WIDEST, 'c', 'python, solidity');
  },
  cost: cCost,
  paths: (name: string) => [`c/${name}.h`],
  testPath: (name: string) => `c/${name}_test.c`,
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const text = await render('c/kernel.hbs', await view(plan, certificate, lowered(plan)));
    return [{ path: `c/${plan.name}.h`, text }];
  },
  test: async (plan: KernelPlan, { inputs, outputs }: Vectors) => ({
    path: `c/${plan.name}_test.c`,
    text: await render('c/test.hbs', {
      name: plan.name,
      count: inputs.length,
      ...wordView('input', plan.input),
      ...wordView('output', plan.output),
      rows: inputs.map((x, i) => ({ x: cLiteral(x), y: cLiteral(outputs[i]) })),
    }),
  }),
});

/** Of C and of Rust, whose tables are the same. */
export function cCost(plan: KernelPlan): TargetCost {
  const program = lowered(plan);
  const bytes = program.tables.map(storedBytes).reduce((sum, each) => sum + each, 0);
  return costOfProgram(program, bytes);
}

/** How a raw integer is declared and printed: not every library prints a long long. */
function wordView(which: 'input' | 'output', format: QFormat): object {
  const { signed, bits } = format;
  return {
    [`${which}Type`]: wordType(format),
    [`${which}Print`]: `%${bits > 32 ? 'll' : 'l'}${signed ? 'd' : 'u'}`,
    [`${which}Long`]: `${signed ? '' : 'unsigned '}long${bits > 32 ? ' long' : ''}`,
  };
}

/** Small formats are for small machines: their products take one word, whatever the plan's take. */
export function machineWord({ input, output }: KernelPlan): 32 | 64 {
  return input.bits <= 16 && output.bits <= 16 ? 32 : 64;
}

const lowered = (plan: KernelPlan) => lower(plan, { word: machineWord(plan) });

async function view(plan: KernelPlan, certificate: Certificate, program: Program): Promise<object> {
  const needs = noNeeds();
  const language = cLanguage(program, needs, (value) => nameOf(value));
  const { lines, result } = linesOf(program, language);
  const { name, input, output, tables } = program;
  const wideTables = tables.some(({ columns }) => columns.some(isWideColumn));
  return {
    name,
    header: starredLines(headerLines(plan, certificate)),
    guard: `APPROXGEN_${name.toUpperCase()}_H`,
    macro: name.toUpperCase(),
    inputFracBits: input.fracBits,
    outputFracBits: output.fracBits,
    function: functionSymbol(plan),
    formula: slashStarText(functionText(plan)),
    inputFormat: formatName(input),
    inputAbout: rawAbout(input),
    outputAbout: rawAbout(output),
    inputType: wordType(input),
    outputType: wordType(output),
    tables: tables.flatMap((table) => cTableViews(program, table)),
    bitLength32: needs.bitLengths.has(32),
    bitLength64: needs.bitLengths.has(64),
    wide:
      needs.wide || wideTables
        ? (
            await render('c/wide.hbs', { name, bitLength: needs.bitLengths.has(64), tables: wideTables })
          ).trimEnd()
        : undefined,
    searches: [...needs.searches].map(([table, column]) => searchView(program, table, column)),
    input: usesInput(program)
      ? `const ${declaredType(program, program.statements[0])} x = ${inputText(program)};`
      : '(void)x_raw;',
    lines: lines.map(({ value, about, expression }) => ({
      ...(about === undefined ? {} : { about: sentence(about) }),
      text: `const ${declaredType(program, value)} ${nameOf(value)} = ${expression.text};`,
    })),
    result: resultText(program, result),
  };
}

/** Names of a program are none of C's. */
const nameOf = ({ name }: Value): string => name;

/** The narrowest standard integer that holds a format. */
export function wordType({ signed, bits }: QFormat): string {
  const word = [8, 16, 32, 64].find((each) => bits <= each) ?? 64;
  return `${signed ? '' : 'u'}int${word}_t`;
}

function declaredType({ name }: Program, value: Value): string {
  const type = cTypeOf(value);
  return type === 'small' ? 'int' : type === 'wide' ? `${name}_wide_t` : `int${type}_t`;
}

function inputText(program: Program): string {
  const { name, input, statements } = program;
  if (cTypeOf(statements[0]) === 'wide') return `${name}_wide_unsigned(x_raw)`;
  const type = declaredType(program, statements[0]);
  return wordType(input) === `u${type}` ? `(${type})x_raw` : 'x_raw';
}

function resultText({ output, result }: Program, { text }: CWritten): string {
  const wide = result.operation.kind !== 'constant' && cTypeOf(result) === 'wide';
  const constant = result.operation.kind === 'constant' ? `UINT64_C(${result.interval.hi})` : text;
  const large = result.operation.kind === 'constant' && result.interval.hi >= 1n << 63n;
  return large ? constant : wide ? `${text}.low` : `(${wordType(output)})${text}`;
}

function searchView(program: Program, table: ProgramTable, column: ProgramColumn): object {
  const { name } = program;
  const searched = program.statements.flatMap(({ operation }) =>
    operation.kind === 'search' && operation.table.name === table.name ? [operation.value] : [],
  );
  const wide =
    searched.some((value) => widthFor(value.interval) === 128) || widthFor(column.interval) === 128;
  const narrow =
    searched.some((value) => widthFor(value.interval) === 64) || widthFor(column.interval) === 64;
  const entry = cElement(name, table, column, 'middle');
  const words = isWideColumn(column)
    ? entry.text
    : `${name}_wide_${column.interval.hi >= 1n << 63n ? 'unsigned' : 'signed'}(${entry.text})`;
  return {
    name: `${name}_search_${table.name}`,
    type: wide ? `${name}_wide_t` : narrow ? 'int64_t' : 'int32_t',
    rows: table.rows,
    below: wide ? `!${name}_wide_less(value, ${words})` : `${entry.text} <= value`,
  };
}
