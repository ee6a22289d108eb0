import { formatName, maxRawBigint, minRawBigint } from '../fixedpoint/format.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { lineComments, lineText } from './comment.js';
import { headerLines, labelled } from './header.js';
import { SOLIDITY_NAMES } from './keywords.js';
import { lower } from './lower.js';
import { checkFunctionName } from './names.js';
import { checkWidths } from './program-cost.js';
import type { Program, ProgramColumn, Value } from './program.js';
import { rawAbout } from './raw-about.js';
import { searchName, solidityLanguage, type SolidityNeeds } from './solidity-expression.js';
import { gasOf } from './solidity-gas.js';
import {
  elementsIn,
  fieldOf,
  loadsOf,
  packedBytes,
  packedTables,
  rowFunction,
  searchedColumns,
  searchFunction,
  type Load,
} from './solidity-table.js';
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

/** A Solidity library: a pure function on int256, unchecked because nothing can overflow, and tables in its code. */
export const solidityTarget: Target = Object.freeze({
  name: 'solidity',
  about: 'a Solidity library: an internal pure function on int256, and tables as constants in its code',
  maturity: 'experimental',
  needs: 'solc 0.8.13 or later',
  check: (plan: KernelPlan) => {
    checkFunctionName(plan, SOLIDITY_NAMES);
    checkWidths(lower(plan), WIDEST, 'solidity', 'python');
  },
  cost: (plan: KernelPlan) => {
    const program = lower(plan);
    return { ...costOfProgram(program, packedBytes(program)), gas: gasOf(program) };
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
  const { input, output, statements } = program;
  const packed = packedTables(program);
  const loads = loadsOf(program);
  const loadOf = (column: ProgramColumn, row: Value) =>
    loads.find((load) => load.row === row && load.packed.groups.flat().includes(column));
  /** A row of which one element is read has no variable. */
  const hasVariables = ({ packed: { groups }, uses }: Load) => uses > 1 || groups.length > 1;
  const variableOf = (load: Load, word: number) =>
    [load.packed.table.name, loads.indexOf(load) || '', word === 0 ? '' : `_${word}`].join('');
  const needs: SolidityNeeds = {
    bitLength: false,
    field: (column, row, rowText) => {
      const load = loadOf(column, row) ?? loads[0];
      const field = fieldOf(load.packed, column);
      const text = hasVariables(load) ? variableOf(load, field.word) : `${load.packed.name}(${rowText})`;
      return { ...field, text };
    },
  };
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
  const declared = new Set(variables.keys());
  const loaded = new Set<Load>();
  /** What has to be read before a value can be written. */
  const loadsBefore = (value: Value): readonly string[] =>
    elementsIn(value, declared)
      .flatMap(({ column, row }) => loadOf(column, row) ?? [])
      .filter((load) => hasVariables(load) && !loaded.has(load) && loaded.add(load))
      .map((load) => {
        const words = load.packed.groups.map((_, i) => `uint256 ${variableOf(load, i)}`);
        const declaration = words.length === 1 ? words[0] : `(${words.join(', ')})`;
        return `${declaration} = ${load.packed.name}(${rowOf(load.row)});`;
      });
  const rowOf = (row: Value) =>
    row.operation.kind === 'constant' ? String(row.operation.value) : `uint256(${nameOf(row)})`;
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
    tables: [
      ...packed.map(rowFunction),
      ...[...searchedColumns(program)].map(([table, column]) =>
        searchFunction(searchName(table), table, column),
      ),
    ],
    lines: lines.map(({ value, about, expression }) => ({
      loads: loadsBefore(value),
      ...(about === undefined ? {} : { about: sentence(about) }),
      text: `${variables.get(value)?.declares === false ? '' : 'int256 '}${nameOf(value)} = ${expression.text};`,
    })),
    loads: loadsBefore(program.result),
    result: result.text,
    bitLength: needs.bitLength,
  };
}

const gasLine = (program: Program) =>
  labelled('Gas', `about ${gasOf(program)} a call from the same contract (solc 0.8.37, optimizer, 200 runs)`);
