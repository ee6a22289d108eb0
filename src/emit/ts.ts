import { formatName, type QFormat } from '../fixedpoint/format.js';
import { planCost } from '../plan/cost.js';
import { hasWordFormats, isNarrow, WORD_BITS } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { claimText } from '../verify/claim.js';
import { lineComments, slashStarText, visibleText } from './comment.js';
import { headerLines } from './header.js';
import { TYPESCRIPT_NAMES } from './keywords.js';
import { checkFunctionName } from './names.js';
import { functionSymbol, functionText } from './symbol.js';
import type { EmitOptions, Target } from './target.js';
import { rawAbout } from './raw-about.js';
import { costOfPlan } from './target-cost.js';
import { render } from './templates.js';
import { abreast } from './ts-array.js';
import { bigintBody } from './ts-bigint.js';
import { bigintTable } from './ts-bigint-table.js';
import { typescriptBody } from './ts-body.js';
import { typescriptExceptions } from './ts-exceptions.js';
import { typescriptTable } from './ts-table.js';
import { typescriptText } from './typescript-text.js';

/**
 * TypeScript for any JavaScript engine: numbers where the plan's proven widths make them exact, bigint where
 * they don't, and bigint in and out for formats above 32 bits.
 */
export const typescriptTarget: Target = Object.freeze({
  name: 'ts',
  about: 'a TypeScript module: a scalar function, an array function, and its facts',
  maturity: 'stable',
  needs: 'any JavaScript engine; TypeScript to check types',
  check: (plan: KernelPlan) => checkFunctionName(plan, TYPESCRIPT_NAMES),
  cost: costOfPlan,
  paths: (name: string) => [`ts/${name}.ts`],
  emit: async (plan: KernelPlan, certificate: Certificate, options: EmitOptions = {}) => {
    const text = await render('ts/kernel.hbs', view(plan, certificate));
    return [{ path: `ts/${plan.name}.ts`, text: await typescriptText(text, options) }];
  },
});

/** A plan's tables and statements, in numbers where they are exact. */
function program(plan: KernelPlan) {
  if (isNarrow(plan)) {
    const table = typescriptTable(plan);
    const body = typescriptBody(plan, table);
    if (body) return { ...table, body };
  }
  return { ...bigintTable(plan), body: bigintBody(plan) };
}

function view(plan: KernelPlan, certificate: Certificate): object {
  const { body, columns, ...tables } = program(plan);
  const exceptions = typescriptExceptions(plan);
  return {
    header: lineComments('//', headerLines(plan, certificate)),
    usesRound: body.usesRound,
    ...tables,
    columns: columns.join(', '),
    tables: body.tables,
    helpers: body.helpers,
    exceptions,
    formula: `${slashStarText(functionText(plan))} in fixed point.`,
    inputAbout: rawAbout(plan.input),
    outputAbout: rawAbout(plan.output),
    raw: hasWordFormats(plan) ? 'number' : 'bigint',
    function: functionSymbol(plan),
    body: [...(exceptions?.statements ?? []), ...body.statements],
    inputArray: arrayType(plan.input, plan),
    outputArray: arrayType(plan.output, plan),
    abreast: isNarrow(plan) && !exceptions ? abreast(body.statements) : undefined,
    facts: kernelFacts(plan, certificate),
  };
}

/** Raw integers travel in 32-bit arrays where both formats fit them, in 64-bit ones otherwise. */
export function arrayType(format: QFormat, plan: Pick<KernelPlan, 'input' | 'output'>): string {
  if (hasWordFormats(plan)) return !format.signed && format.bits === WORD_BITS ? 'Uint32Array' : 'Int32Array';
  return !format.signed && format.bits === 2 * WORD_BITS ? 'BigUint64Array' : 'BigInt64Array';
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
    claim: claimText(plan, certificate),
    maxUlp: claim.maxUlp,
    worstInput: claim.worstInput,
    crc32: certificate.crc32,
    planHash: certificate.planHash,
  };
  return Object.entries(values).map(([key, value]) => ({ key, value: factText(key, value) }));
}

/** Raw integers beyond 2^53 are bigint literals. */
function factText(key: string, value: unknown): string {
  const text = visibleText(JSON.stringify(value));
  return key === 'range' || key === 'worstInput' ? text.replace(/"(-?\d+)"/g, '$1n') : text;
}
