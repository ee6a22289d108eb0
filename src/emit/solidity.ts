import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { lineComments, lineText } from './comment.js';
import { headerLines, labelled } from './header.js';
import { SOLIDITY_NAMES } from './keywords.js';
import { lower } from './lower.js';
import { checkFunctionName } from './names.js';
import { checkWidths } from './program-cost.js';
import { operandsOf, type Program, type ProgramColumn, type ProgramTable, type Value } from './program.js';
import { rawAbout } from './raw-about.js';
import { fieldText, searchName, solidityLanguage, type SolidityNeeds } from './solidity-expression.js';
import { gasOf } from './solidity-gas.js';
import { packedBytes, solidityTableView } from './solidity-table.js';
import type { Target } from './target.js';
import { functionSymbol, functionText } from './symbol.js';
import { costOfProgram } from './target-cost.js';
import { render } from './templates.js';
import { variablesOf } from './variables.js';
import { linesOf, sentence } from './written.js';

/** The virtual machine's only integer. */
const WIDEST = 256;
/** Variables that its stack has room for, beside what an expression needs (a heuristic). */
const MOST_VARIABLES = 8;

/** A Solidity library: a pure function on int256, unchecked because nothing can overflow, and packed tables. */
export const solidityTarget: Target = Object.freeze({
  name: 'solidity',
  about: 'a Solidity library: an internal pure function on int256, and tables as packed bytes',
  maturity: 'experimental',
  needs: 'solc 0.8.13 or later',
  check: (plan: KernelPlan) => {
    checkFunctionName(plan, SOLIDITY_NAMES);
    checkWidths(lower(plan), WIDEST, 'solidity', 'python');
  },
  cost: (plan: KernelPlan) => {
    const program = lower(plan);
    const bytes = program.tables.map(packedBytes).reduce((sum, each) => sum + each, 0);
    return { ...costOfProgram(program, bytes), gas: gasOf(program) };
  },
  paths: (name: string) => [`solidity/${libraryName(name)}.sol`],
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const text = await render('solidity/kernel.hbs', view(plan, certificate, lower(plan)));
    return [{ path: `solidity/${libraryName(plan.name)}.sol`, text }];
  },
});

/** `TanhQ8_24` for `tanh_q8_24`: words with capitals, numbers apart. */
export function libraryName(name: string): string {
  return name
    .split('_')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .reduce((all, word) => (/^\d/.test(word) ? `${all}_${word}` : `${all}${word}`), '');
}

function view(plan: KernelPlan, certificate: Certificate, program: Program): object {
  const needs: SolidityNeeds = { signed: false, unsigned: false, bitLength: false };
  const { input, output, tables, statements } = program;
  const x = statements[0];
  const plain = linesOf(
    program,
    solidityLanguage({ ...needs }, (value) => value.name),
  );
  const variables = variablesOf(
    program,
    plain.lines.map(({ value }) => value),
    MOST_VARIABLES,
  );
  // A variable must not hide the function: of an expression it is f.
  const nameOf = (value: Value) => {
    const name = value === x ? 'x' : (variables.get(value)?.name ?? value.name);
    return name === functionSymbol(plan) ? `${name}_value` : name;
  };
  const { lines, result } = linesOf(program, solidityLanguage(needs, nameOf));
  const loaded = new Set<ProgramTable>();
  return {
    header: lineComments('//', headerLines(plan, certificate, [gasLine(program)])),
    library: libraryName(plan.name),
    function: functionSymbol(plan),
    formula: lineText(functionText(plan)),
    inputFormat: formatName(input),
    inputAbout: rawAbout(input),
    outputAbout: rawAbout(output),
    inputFracBits: input.fracBits,
    outputFracBits: output.fracBits,
    least: minRawBigint(input),
    most: maxRawBigint(input),
    tables: tables.map(solidityTableView),
    searches: searchViews(program, needs),
    lines: lines.map(({ value, about, expression }) => ({
      loads: tablesIn(value, new Set(variables.keys()))
        .filter((table) => !loaded.has(table) && loaded.add(table))
        .map((table) => `bytes memory ${table.name} = ${table.name.toUpperCase()};`),
      ...(about === undefined ? {} : { about: sentence(about) }),
      text: `${variables.get(value)?.declares === false ? '' : 'int256 '}${nameOf(value)} = ${expression.text};`,
    })),
    result: result.text,
    signed: needs.signed,
    unsigned: needs.unsigned,
    bitLength: needs.bitLength,
  };
}

const gasLine = (program: Program) =>
  labelled('Gas', `about ${gasOf(program)} a call from the same contract (solc 0.8.37, optimizer, 200 runs)`);

/** The tables whose elements the expression of a value reads. */
function tablesIn(value: Value, declared: ReadonlySet<Value>): readonly ProgramTable[] {
  const { operation } = value;
  const own = operation.kind === 'element' ? [operation.table] : [];
  const parts = operandsOf(value).filter((operand) => !declared.has(operand));
  return [...new Set([...own, ...parts.flatMap((part) => tablesIn(part, declared))])];
}

function searchViews({ statements }: Program, needs: SolidityNeeds): readonly object[] {
  const searched = new Map<ProgramTable, ProgramColumn>();
  for (const { operation } of statements) {
    if (operation.kind === 'search') searched.set(operation.table, operation.column);
  }
  return [...searched].map(([table, column]) => ({
    name: searchName(table),
    table: table.name,
    constant: table.name.toUpperCase(),
    rows: table.rows,
    entry: fieldText(needs, table, column, 'middle'),
  }));
}
