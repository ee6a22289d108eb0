import { formatName, sameFormat } from './fixedpoint/format.js';
import type { KernelPlan, ParameterSource, Provenance } from './plan/plan.js';
import { isFunctionName } from './emit/symbol.js';
import { MODULE } from './function/catalogue.js';
import type { OptionRow } from './spec/option.js';
import { DEFAULTS, KERNEL_OPTIONS } from './spec/options.js';
import { shellWord } from './spec/shell.js';
import { defaultName, type KernelSpec, type ResolvedSpec } from './spec.js';

const rows: ReadonlyMap<string, OptionRow> = new Map(KERNEL_OPTIONS.map((row) => [row.key, row]));

/** The command line's name of an option. */
const flagOf = (key: string): string => rows.get(key)?.flag ?? key;

interface Parameter {
  readonly key: keyof KernelSpec;
  readonly value: string;
}

/** Where a plan came from: a command that makes it again, and the source of every value. */
export function provenance(
  spec: ResolvedSpec,
  plan: KernelPlan,
  notes: readonly string[],
  proposal: string,
): Provenance {
  const parameters = parametersOf(spec, plan);
  const sourceOf = (key: keyof KernelSpec): ParameterSource => {
    if (key === 'order' && spec.order === 'auto') return 'chosen';
    if (spec.given[key] !== undefined) return spec.givenBy;
    if (key === 'format' || key === 'input' || key === 'output') {
      return spec.given.format === undefined ? 'default' : spec.givenBy;
    }
    if (key === 'guard' || key === 'range') return 'chosen';
    return 'default';
  };
  // What was left to the search has to be left to it again: a value that is given is searched for in another way.
  const asked = parameters.filter(({ key }) => sourceOf(key) !== 'chosen');
  const auto: readonly Parameter[] = spec.order === 'auto' ? [{ key: 'order', value: 'auto' }] : [];
  return {
    command: ['approxgen', ...[...asked, ...auto].flatMap(asOption)].join(' '),
    parameters: parameters.map(({ key, value }) => ({ name: flagOf(key), value, source: sourceOf(key) })),
    notes,
    proposal,
  };
}

function parametersOf(spec: ResolvedSpec, plan: KernelPlan): readonly Parameter[] {
  const unit = 2 ** -spec.input.fracBits;
  const formats: Parameter[] = sameFormat(spec.input, spec.output)
    ? [{ key: 'format', value: formatName(spec.input) }]
    : [
        { key: 'input', value: formatName(spec.input) },
        { key: 'output', value: formatName(spec.output) },
      ];
  const targets = (['ulp', 'error', 'relative'] as const).flatMap((key) =>
    spec.target[key] === undefined ? [] : [{ key, value: String(spec.target[key]) }],
  );
  const named = spec.name === defaultName(spec.definition.identifier, spec.input, spec.output);
  return [
    { key: 'function', value: spec.definition.name },
    ...formats,
    { key: 'range', value: `${Number(plan.range.lo) * unit},${Number(plan.range.hi) * unit}` },
    { key: 'order', value: String(plan.steps.length) },
    ...targets,
    ...(spec.segments === undefined ? [] : [{ key: 'segments' as const, value: String(spec.segments) }]),
    { key: 'guard', value: String(plan.guardBits) },
    { key: 'segmentation', value: spec.segmentation },
    ...(spec.cost === DEFAULTS.cost ? [] : [{ key: 'cost' as const, value: spec.cost }]),
    { key: 'measure', value: spec.given.measure ?? spec.measure.name },
    { key: 'polish', value: spec.polish },
    ...(spec.exact === undefined ? [] : [{ key: 'exact' as const, value: spec.exact.join(',') || 'none' }]),
    ...(spec.shape?.monotone ? [{ key: 'monotone' as const, value: 'true' }] : []),
    ...(spec.shape?.continuous === undefined
      ? []
      : [{ key: 'continuous' as const, value: String(spec.shape.continuous) }]),
    { key: 'coefficients', value: spec.coefficients },
    { key: 'stepRounding', value: spec.stepRounding },
    { key: 'rounding', value: spec.rounding },
    { key: 'overflow', value: spec.overflow },
    ...(named ? [] : [{ key: 'name' as const, value: spec.name }]),
  ];
}

/** As a shell takes it. */
function asOption({ key, value }: Parameter): string[] {
  if (rows.get(key)?.kind.is === 'switch') return [`--${flagOf(key)}`];
  const [flag, text] = key === 'function' ? functionOption(value) : [flagOf(key), value];
  const quoted = shellWord(text);
  return text.startsWith('-') ? [`--${flag}=${quoted}`] : [`--${flag} ${quoted}`];
}

/** The option that a function is given by: by its name, as an expression, or in a module. */
function functionOption(text: string): readonly [string, string] {
  if (text.startsWith(MODULE)) return ['module', text.slice(MODULE.length)];
  return [isFunctionName(text) ? flagOf('function') : 'expr', text];
}
