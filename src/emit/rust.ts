import { formatName, type QFormat } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { cCost, machineWord } from './c.js';
import { cArrays } from './c-table.js';
import { lineComments, lineText } from './comment.js';
import { headerLines } from './header.js';
import { RUST_NAMES } from './keywords.js';
import { lower } from './lower.js';
import { checkFunctionName, checkKernelName } from './names.js';
import { checkWidths } from './program-cost.js';
import { usesInput, type Program, type ProgramTable } from './program.js';
import { rawAbout } from './raw-about.js';
import {
  rustCast,
  rustElement,
  rustLanguage,
  rustTypeOf,
  searchType,
  storedRustType,
  type RustType,
} from './rust-expression.js';
import { filled } from './table-lines.js';
import type { Target, Vectors } from './target.js';
import { functionText, snakeSymbol } from './symbol.js';
import { render } from './templates.js';
import { linesOf, sentence } from './written.js';

/** Rust's widest integer. */
const WIDEST = 128;

/** A Rust module: const functions on integers, without std, unsafe code or dependencies. */
export const rustTarget: Target = Object.freeze({
  name: 'rust',
  about: 'a Rust module without std: a const function, one over slices, and constant tables',
  maturity: 'stable',
  needs: 'rustc 1.60 or later',
  check: (plan: KernelPlan) => {
    checkKernelName(plan, RUST_NAMES);
    checkFunctionName(plan, RUST_NAMES, snakeSymbol(plan));
    checkWidths(lowered(plan), WIDEST, 'rust', 'python, solidity');
  },
  cost: cCost,
  paths: (name: string) => [`rust/${name}.rs`],
  testPath: (name: string) => `rust/${name}_test.rs`,
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const text = await render('rust/kernel.hbs', view(plan, certificate, lowered(plan)));
    return [{ path: `rust/${plan.name}.rs`, text }];
  },
  test: async (plan: KernelPlan, { inputs, outputs }: Vectors) => ({
    path: `rust/${plan.name}_test.rs`,
    text: await render('rust/test.hbs', {
      name: plan.name,
      function: snakeSymbol(plan),
      count: inputs.length,
      inputType: rustWord(plan.input),
      outputType: rustWord(plan.output),
      inputFracBits: plan.input.fracBits,
      outputFracBits: plan.output.fracBits,
      rows: inputs.map((x, i) => ({ x, y: outputs[i] })),
    }),
  }),
});

const lowered = (plan: KernelPlan) => lower(plan, { word: machineWord(plan) });

function view(plan: KernelPlan, certificate: Certificate, program: Program): object {
  const { lines, result } = linesOf(program, rustLanguage(program));
  const { input, output, tables, statements } = program;
  const [inputType, outputType] = [rustWord(input), rustWord(output)];
  const used = usesInput(program);
  const x = rustCast({ text: 'x_raw', level: 'atom', type: inputType }, rustTypeOf(statements[0]));
  return {
    header: lineComments('//!', headerLines(plan, certificate)),
    function: snakeSymbol(plan),
    formula: lineText(functionText(plan)),
    inputFormat: formatName(input),
    outputFormat: formatName(output),
    inputFracBits: input.fracBits,
    outputFracBits: output.fracBits,
    inputAbout: rawAbout(input),
    outputAbout: rawAbout(output),
    inputType,
    outputType,
    parameter: used ? 'x_raw' : '_x_raw',
    tables: tables.flatMap(tableViews),
    searches: statements.flatMap(({ operation }) => {
      if (operation.kind !== 'search') return [];
      const { table, column } = operation;
      const type = searchType(operation);
      const entry = rustElement(table, column, 'middle as usize');
      const stored = { text: entry, level: 'atom', type: storedRustType(column) } as const;
      const below = rustCast(stored, type).text;
      return [
        {
          name: `search_${table.name}`,
          rows: table.rows,
          type,
          below: below === entry ? entry : `(${below})`,
        },
      ];
    }),
    input: used ? `let x: ${rustTypeOf(statements[0])} = ${x.text};` : undefined,
    lines: lines.map(({ value, about, expression }) => ({
      ...(about === undefined ? {} : { about: sentence(about) }),
      text: `let ${value.name}: ${rustTypeOf(value)} = ${expression.text};`,
    })),
    result: result.type === 'literal' ? result.text : rustCast(result, outputType).text,
  };
}

/** The narrowest integer that holds a format. */
export function rustWord({ signed, bits }: QFormat): RustType {
  const word = [8, 16, 32, 64].find((each) => bits <= each) ?? 64;
  return `${signed ? 'i' : 'u'}${word}` as RustType;
}

function tableViews(table: ProgramTable): readonly object[] {
  return cArrays(table).map(({ name, columns }) => {
    const single = columns.length === 1;
    const record = `${name[0].toUpperCase()}${name.slice(1).replaceAll('_', '')}`;
    const labels = table.labels ?? [];
    const values = Array.from({ length: table.rows }, (_, i) =>
      columns.map((each) => String(each.values[i])),
    );
    const rows = values.map(
      (row, i) =>
        `${record} { ${row.map((value, k) => `${columns[k].name}: ${value}`).join(', ')} },${labels[i] === undefined ? '' : ` // ${labels[i]}`}`,
    );
    return {
      about: `${table.about} ${sentence(columns.map((each) => each.about).join(', '))}`,
      name: name.toUpperCase(),
      record: single ? undefined : record,
      type: single ? storedRustType(columns[0]) : record,
      members: columns.map((each) => `${each.name}: ${storedRustType(each)},`),
      count: table.rows,
      rows: single ? filled(values.map(([value]) => `${value},`)) : rows,
    };
  });
}
