import { formatName, maxRawBigint, minRawBigint, type QFormat } from '../fixedpoint/format.js';
import { widthBits } from '../fixedpoint/interval.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { docstringText, lineComments } from './comment.js';
import { headerLines } from './header.js';
import { PYTHON_NAMES } from './keywords.js';
import { lower } from './lower.js';
import { checkFunctionName, checkKernelName } from './names.js';
import { usesInput, type Operation, type Program, type ProgramTable } from './program.js';
import { PYTHON_SCALAR, arrayOf, pythonArrays, pythonColumn } from './python-expression.js';
import { rawAbout } from './raw-about.js';
import { filled } from './table-lines.js';
import type { Target, Vectors } from './target.js';
import { functionText, snakeSymbol } from './symbol.js';
import { costOfProgram } from './target-cost.js';
import { render } from './templates.js';
import { linesOf, sentence, type Language } from './written.js';

/** NumPy's widest integer. */
const ARRAY_BITS = 64;

/** A Python module: a function of an integer, and of a NumPy array where it is given one. */
export const pythonTarget: Target = Object.freeze({
  name: 'python',
  about: 'a Python module: a function of plain integers that takes NumPy arrays as well',
  maturity: 'stable',
  needs: 'Python 3.8 or later; NumPy where arrays are given',
  check: (plan: KernelPlan) => {
    checkKernelName(plan, PYTHON_NAMES);
    checkFunctionName(plan, PYTHON_NAMES, snakeSymbol(plan));
  },
  cost: (plan: KernelPlan) => costOfProgram(lower(plan)),
  paths: (name: string) => [`python/${name}.py`],
  testPath: (name: string) => `python/${name}_test.py`,
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const text = await render('python/kernel.hbs', view(plan, certificate));
    return [{ path: `python/${plan.name}.py`, text }];
  },
  test: async (plan: KernelPlan, { inputs, outputs }: Vectors) => ({
    path: `python/${plan.name}_test.py`,
    text: await render('python/test.hbs', {
      name: plan.name,
      function: snakeSymbol(plan),
      count: inputs.length,
      rows: inputs.map((x, i) => ({ x, y: outputs[i] })),
    }),
  }),
});

function view(plan: KernelPlan, certificate: Certificate): object {
  const scalar = lower(plan);
  const cut = lower(plan, { word: ARRAY_BITS });
  const exact = fitsArrays(cut);
  const arrays = exact ? cut : scalar;
  const { input, output } = plan;
  const kinds = scalar.statements.map(({ operation }) => operation.kind);
  const lengths = arrays.statements.some(({ operation }) => operation.kind === 'bitLength');
  return {
    header: lineComments('#', headerLines(plan, certificate)),
    function: snakeSymbol(plan),
    formula: docstringText(functionText(plan)),
    inputFormat: formatName(input),
    inputFracBits: input.fracBits,
    outputFracBits: output.fracBits,
    inputAbout: rawAbout(input),
    outputAbout: rawAbout(output),
    least: minRawBigint(input),
    most: maxRawBigint(input),
    usesBisect: kinds.includes('search'),
    tables: scalar.tables.map(tableView),
    lines: linesIn(scalar, PYTHON_SCALAR),
    arrayLines: linesIn(arrays, pythonArrays(exact)),
    exact,
    powers: lengths ? [0, exact ? ARRAY_BITS - 1 : input.bits + 1] : undefined,
    columns: arrays.tables.flatMap((table) =>
      table.columns.map((column) => ({ array: arrayOf(table, column), tuple: pythonColumn(table, column) })),
    ),
    usesInput: usesInput(arrays),
    result: linesOf(scalar, PYTHON_SCALAR).result.text,
    arrayResult: linesOf(arrays, pythonArrays(exact)).result.text,
    outputType: numpyType(output),
  };
}

function linesIn(program: Program, language: Language): readonly object[] {
  return linesOf(program, language).lines.map(({ value, about, expression }) => ({
    ...(about === undefined ? {} : { about: sentence(about) }),
    text: `${value.name} = ${expression.text}`,
  }));
}

/** Whether int64 holds every value, and no shift is as long. */
export function fitsArrays({ statements }: Program): boolean {
  const shiftOf = (operation: Operation): number => {
    if (operation.kind === 'shiftLeft' || operation.kind === 'shiftRight') return operation.by;
    const variable = operation.kind === 'shiftLeftBy' || operation.kind === 'shiftRightBy';
    return variable ? Number(operation.amount.interval.hi) : 0;
  };
  return statements.every(
    ({ interval, operation }) => widthBits(interval) <= ARRAY_BITS && shiftOf(operation) < ARRAY_BITS,
  );
}

/** The narrowest NumPy integer that holds a format. */
function numpyType({ signed, bits }: QFormat): string {
  const word = [8, 16, 32, 64].find((each) => bits <= each) ?? 64;
  return `np.${signed ? '' : 'u'}int${word}`;
}

function tableView(table: ProgramTable): object {
  const { columns, rows } = table;
  const single = columns.length === 1;
  const labels = table.labels ?? [];
  const values = Array.from({ length: rows }, (_, i) => columns.map((each) => String(each.values[i])));
  return {
    name: single ? pythonColumn(table, columns[0]) : `_${table.name.toUpperCase()}`,
    about: `${table.about} ${sentence(columns.map((each) => each.about).join(', '))}`,
    rows: single
      ? filled(values.map(([value]) => `${value},`))
      : values.map((row, i) => `(${row.join(', ')}),${labels[i] === undefined ? '' : `  # ${labels[i]}`}`),
    columns: single ? undefined : columns.map((each) => pythonColumn(table, each)).join(', '),
  };
}
