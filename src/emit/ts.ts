import { format as prettier } from 'prettier';
import { formatName, maxRaw, minRaw, type QFormat } from '../fixedpoint/format.js';
import { planCost } from '../plan/cost.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { headerLines } from './header.js';
import type { Target } from './target.js';
import { template } from './templates.js';
import { typescriptBody } from './ts-body.js';
import { typescriptTable } from './ts-table.js';

/** TypeScript for any JavaScript engine: numbers only, exact by the plan's proven widths. */
export const typescriptTarget: Target = Object.freeze({
  name: 'ts',
  about: 'a TypeScript module: a scalar function, an array function, and its facts',
  check: (plan: KernelPlan) => void typescriptBody(plan, typescriptTable(plan)),
  emit: async (plan: KernelPlan, certificate: Certificate) => {
    const text = template('ts/kernel.hbs')(view(plan, certificate));
    const formatted = await prettier(text, { parser: 'typescript', singleQuote: true, printWidth: 110 });
    return [{ path: `ts/${plan.name}.ts`, text: formatted }];
  },
});

function view(plan: KernelPlan, certificate: Certificate): object {
  const table = typescriptTable(plan);
  const body = typescriptBody(plan, table);
  return {
    header: headerLines(plan, certificate).map((line) => (line === '' ? '//' : `// ${line}`)),
    usesRound: body.usesRound,
    cells: table.cells,
    bounds: table.bounds,
    columns: table.columns.join(', '),
    tableType: table.type,
    rows: table.rows,
    tables: body.tables,
    helpers: body.helpers,
    formula: `${plan.function}(x) in fixed point.`,
    inputAbout: rawAbout(plan.input),
    outputAbout: rawAbout(plan.output),
    function: plan.function,
    body: body.statements,
    inputArray: arrayType(plan.input),
    outputArray: arrayType(plan.output),
    facts: kernelFacts(plan, certificate),
  };
}

export function rawAbout(format: QFormat): string {
  return `raw ${formatName(format)}: an integer from ${minRaw(format)} to ${maxRaw(format)}, in units of 2^-${format.fracBits}`;
}

/** Raw integers travel in 32-bit arrays, whatever their format. */
export function arrayType(format: QFormat): string {
  return !format.signed && format.bits === 32 ? 'Uint32Array' : 'Int32Array';
}

export function kernelFacts(
  plan: KernelPlan,
  certificate: Certificate,
): readonly { key: string; value: string }[] {
  const { claim } = certificate;
  const values = {
    name: plan.name,
    function: plan.function,
    input: formatName(plan.input),
    output: formatName(plan.output),
    inputFracBits: plan.input.fracBits,
    outputFracBits: plan.output.fracBits,
    range: [plan.range.lo, plan.range.hi],
    order: plan.steps.length,
    segments: plan.segments.length,
    tableBytes: planCost(plan).tableBytes,
    maxUlp: claim.maxUlp,
    worstInput: claim.worstInput,
    crc32: certificate.crc32,
    planHash: certificate.planHash,
  };
  return Object.entries(values).map(([key, value]) => ({ key, value: JSON.stringify(value) }));
}
