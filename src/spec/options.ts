import { POLISHES } from '../fit/polish.js';
import { OVERFLOW_MODES } from '../fixedpoint/overflow.js';
import { ROUNDING_MODES } from '../fixedpoint/rounding.js';
import { COST_MODELS } from '../plan/cost-model.js';
import { COEFFICIENT_SCALINGS } from '../segment/arithmetic.js';
import { SEGMENTATIONS, type KernelSpec } from './kernel-spec.js';
import { inGroup, type Kind, type OptionRow, type Whole } from './option.js';

/** An option of a kernel; `each` where it makes no sense as a default for several. */
export interface KernelOption extends OptionRow<Exclude<keyof KernelSpec, 'histogram'> | 'expr' | 'module'> {
  readonly each?: true;
}

/** What is meant where nothing is said. What is missing here is chosen for each kernel. */
export const DEFAULTS = Object.freeze({
  format: 'Q8.24',
  /** Unless there is another target. */
  ulp: 1,
  order: 3,
  segmentation: 'greedy',
  cost: 'software',
  measure: 'uniform',
  polish: 'minimax',
  coefficients: 'scaled',
  stepRounding: 'half-up',
  rounding: 'half-up',
  overflow: 'saturate',
} as const satisfies Partial<KernelSpec>);
/** What polynomials may be apart where they meet, in ulps, where continuity is asked for without a number. */
export const DEFAULT_CONTINUOUS = 1;

export const ORDER: Whole = { is: 'whole', least: 0, most: 12, what: 'order', word: 'auto' };
export const SEGMENTS: Whole = { is: 'whole', least: 1, most: 4096, what: 'number of segments' };
export const GUARD: Whole = { is: 'whole', least: 0, most: 24, what: 'number of guard bits' };
export const PIPELINE: Whole = { is: 'whole', least: 0, most: 64, what: 'number of pipeline stages' };
export const WORKERS: Whole = { is: 'whole', least: 1, most: 256, what: 'number of workers' };

const text: Kind = { is: 'text' };
const number: Kind = { is: 'number' };
const oneOf = (choices: readonly string[], notes: Readonly<Record<string, string>> = {}): Kind => ({
  is: 'choice',
  choices,
  notes,
});

const FORMATS = ['Q8.24', 'Q16.16', 'Q8.8', 'Q4.12', 'Q1.15', 'Q1.7', 'UQ0.16', 'UQ16.16', 'Q32.32'];

/** What a kernel can be asked to be: command line, configurations, library and provenance are made from this. */
export const KERNEL_OPTIONS: readonly KernelOption[] = Object.freeze([
  ...inGroup<KernelOption>('What to approximate', [
    {
      key: 'function',
      flag: 'fn',
      value: '<name>',
      kind: text,
      about: 'a name of approxgen list, or "d tanh", the derivative of one',
      offers: 'functions',
      each: true,
    },
    {
      key: 'expr',
      value: '<expression>',
      kind: text,
      about: 'instead: any expression in x, such as "x*tanh(log1p(exp(x)))"',
      each: true,
    },
    {
      key: 'module',
      value: '<file>',
      kind: text,
      about: 'instead: a module of yours that exports name, evaluate and exact',
      offers: 'files',
      each: true,
    },
  ]),
  ...inGroup<KernelOption>('Formats and range', [
    {
      key: 'format',
      value: '<Qm.n>',
      kind: text,
      about: 'format of input and output, such as Q1.15 or UQ0.16',
      default: DEFAULTS.format,
      offers: FORMATS,
    },
    {
      key: 'input',
      flag: 'in',
      value: '<Qm.n>',
      kind: text,
      about: 'format of the input, where it differs',
      offers: FORMATS,
    },
    {
      key: 'output',
      flag: 'out',
      value: '<Qm.n>',
      kind: text,
      about: 'format of the output, where it differs',
      offers: FORMATS,
    },
    {
      key: 'range',
      value: '<lo,hi>',
      kind: { is: 'range' },
      about: 'inputs for which the target must hold, both ends included',
      default: 'every input at which the output can hold the function',
      each: true,
    },
  ]),
  ...inGroup<KernelOption>('What must hold', [
    {
      key: 'ulp',
      value: '<x>',
      kind: number,
      about: 'greatest error in ulps of the output',
      default: `${DEFAULTS.ulp}, unless another target is given`,
    },
    { key: 'error', value: '<x>', kind: number, about: 'greatest absolute error, such as 3*2^-12' },
    { key: 'relative', value: '<x>', kind: number, about: 'greatest relative error' },
    {
      key: 'exact',
      value: '<list>',
      kind: { is: 'numbers' },
      about: 'inputs at which the kernel has to be exact, or none',
      default: '0 where the function is point symmetric',
      offers: ['0', 'none'],
    },
    {
      key: 'monotone',
      kind: { is: 'switch' },
      about: 'outputs never go against the function, which has to be monotone on the range',
    },
    {
      key: 'continuous',
      value: '[ulp]',
      kind: { is: 'ulps', whenTrue: DEFAULT_CONTINUOUS },
      about: `polynomials and tails meet within so many ulps of the output, ${DEFAULT_CONTINUOUS} without a number`,
    },
  ]),
  ...inGroup<KernelOption>('Method', [
    {
      key: 'order',
      value: '<n>',
      kind: ORDER,
      about: 'degree of the polynomials',
      default: String(DEFAULTS.order),
    },
    {
      key: 'segmentation',
      value: '<how>',
      kind: oneOf(SEGMENTATIONS, {
        auto: 'the cheapest',
        greedy: 'the fewest segments',
        dyadic: 'by halves',
      }),
      about: 'how the range is divided',
      default: DEFAULTS.segmentation,
    },
    {
      key: 'segments',
      value: '<n>',
      kind: SEGMENTS,
      about: 'equal segments from which halving starts',
    },
    {
      key: 'cost',
      value: '<model>',
      kind: oneOf(COST_MODELS),
      about: 'what counts as cheap, wherever several plans meet the target',
      default: DEFAULTS.cost,
    },
    {
      key: 'measure',
      value: '<name>',
      kind: text,
      about:
        'measure of the projection: uniform, arcsine, beta(a,b), or data:<file> with a value and a count a line',
      default: DEFAULTS.measure,
      offers: ['uniform', 'arcsine'],
    },
    {
      key: 'polish',
      value: '<how>',
      kind: oneOf(POLISHES, { none: 'the projection as it is' }),
      about: 'what the projection becomes',
      default: DEFAULTS.polish,
    },
  ]),
  ...inGroup<KernelOption>('Arithmetic', [
    { key: 'guard', value: '<bits>', kind: GUARD, about: 'guard bits', default: 'chosen' },
    {
      key: 'coefficients',
      value: '<how>',
      kind: oneOf(COEFFICIENT_SCALINGS),
      about: 'fraction bits of the coefficients of different degrees',
      default: DEFAULTS.coefficients,
    },
    {
      key: 'stepRounding',
      value: '<mode>',
      kind: oneOf(ROUNDING_MODES),
      about: 'rounding after each product',
      default: DEFAULTS.stepRounding,
    },
    {
      key: 'rounding',
      value: '<mode>',
      kind: oneOf(ROUNDING_MODES),
      about: 'rounding to the output',
      default: DEFAULTS.rounding,
    },
    {
      key: 'overflow',
      value: '<mode>',
      kind: oneOf(OVERFLOW_MODES),
      about: 'what becomes of results that the output does not hold',
      default: DEFAULTS.overflow,
    },
    {
      key: 'pipeline',
      value: '<n>',
      kind: PIPELINE,
      about: 'register stages of verilog and vhdl',
      default: 'chosen',
    },
  ]),
  ...inGroup<KernelOption>('What is written', [
    {
      key: 'name',
      value: '<name>',
      kind: text,
      about: 'name of the kernel and its files',
      default: 'from function and formats, tanh_q8_24',
      each: true,
    },
  ]),
]);
