import * as f from './expression.js';
import {
  add,
  call,
  clamp,
  divide,
  multiply,
  number,
  sqrt,
  subtract,
  x,
  type Expression,
} from './expression.js';
import { parseDecimal, rational } from './rational.js';

/** A function of the catalogue. */
export interface Entry {
  readonly name: string;
  readonly expression: Expression;
  /** The right-hand side of its formula, for people. */
  readonly about: string;
  /** The default range, where neither a reduction nor the domain gives one. */
  readonly range?: readonly [number, number] | undefined;
}

function entry(
  name: string,
  expression: Expression,
  about: string,
  range?: readonly [number, number],
): Entry {
  return Object.freeze({ name, expression, about, range });
}

const decimal = (text: string): Expression => f.rational(parseDecimal(text));
const logarithm = (base: Expression): Expression => divide(call('log', x), call('log', base));
/** Φ(x) = erfc(−x/√2) / 2, without cancellation for negative x. */
const normalCdf = multiply(f.half, call('erfc', divide(f.negate(x), sqrt(f.two))));
const hardSigmoid = clamp(add(divide(x, number(6)), f.half), f.zero, f.one);
/** Klambauer et al., Self-Normalizing Neural Networks (arXiv 1706.02515). */
const SELU_SCALE = '1.0507009873554804934193349852946';
const SELU_ALPHA = '1.6732632423543772848170429916717';
const selu = (scale: Expression, alpha: Expression): Expression =>
  f.piecewise(x, multiply(multiply(scale, alpha), call('expm1', x)), multiply(scale, x));
/** Hendrycks & Gimpel, Gaussian Error Linear Units (arXiv 1606.08415). */
const geluArgument = multiply(
  sqrt(divide(f.two, f.pi)),
  add(x, multiply(decimal('0.044715'), f.power(x, rational(3)))),
);

/** The catalogue, activations first. */
export const ENTRIES: readonly Entry[] = Object.freeze([
  entry('tanh', call('tanh', x), '(e^x − e^-x) / (e^x + e^-x)'),
  entry('sigmoid', call('sigmoid', x), '1 / (1 + e^-x)'),
  entry('hard-sigmoid', hardSigmoid, 'clamp(x/6 + 1/2, 0, 1)'),
  entry('hard-tanh', clamp(x, number(-1), f.one), 'clamp(x, -1, 1)'),
  entry('hard-swish', multiply(x, hardSigmoid), 'x · clamp(x/6 + 1/2, 0, 1)'),
  entry('relu', f.maximum(x, f.zero), 'max(x, 0)'),
  entry('relu6', clamp(x, f.zero, number(6)), 'clamp(x, 0, 6)'),
  entry('leaky-relu', f.maximum(x, divide(x, number(100))), 'max(x, x/100)'),
  entry('gelu', multiply(x, normalCdf), 'x · Φ(x), Φ the normal distribution'),
  entry(
    'gelu-tanh',
    multiply(divide(x, f.two), add(call('tanh', geluArgument), f.one)),
    'x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))',
  ),
  entry('quick-gelu', multiply(x, call('sigmoid', multiply(decimal('1.702'), x))), 'x · sigmoid(1.702·x)'),
  entry('silu', multiply(x, call('sigmoid', x)), 'x · sigmoid(x)'),
  entry('softplus', call('softplus', x), 'ln(1 + e^x)'),
  entry('mish', multiply(x, call('tanh', call('softplus', x))), 'x · tanh(softplus(x))'),
  entry('elu', selu(f.one, f.one), 'x for x ≥ 0, e^x − 1 below'),
  entry('selu', selu(decimal(SELU_SCALE), decimal(SELU_ALPHA)), 'λ·x for x ≥ 0, λ·α·(e^x − 1) below'),
  entry('softsign', divide(x, add(call('abs', x), f.one)), 'x / (1 + |x|)'),
  entry('log-sigmoid', f.negate(call('softplus', f.negate(x))), '−ln(1 + e^-x)'),
  entry('tanh-shrink', subtract(x, call('tanh', x)), 'x − tanh(x)'),
  entry('exp', call('exp', x), 'e^x'),
  entry('exp2', f.powerOf(f.two, x), '2^x'),
  entry('expm1', call('expm1', x), 'e^x − 1'),
  entry('log', call('log', x), 'ln x'),
  entry('log2', logarithm(f.two), 'log2 x'),
  entry('log10', logarithm(number(10)), 'log10 x'),
  entry('log1p', call('log1p', x), 'ln(1 + x)', [0, 1]),
  entry('logit', call('log', divide(x, subtract(f.one, x))), 'ln(x / (1 − x))', [1 / 64, 63 / 64]),
  entry('sqrt', sqrt(x), '√x'),
  entry('rsqrt', f.power(x, rational(-1, 2)), '1 / √x'),
  entry('cbrt', call('cbrt', x), '∛x'),
  entry('reciprocal', f.power(x, rational(-1)), '1 / x'),
  entry('square', f.square(x), 'x²'),
  entry('abs', call('abs', x), '|x|'),
  entry('sin', call('sin', x), 'sin x'),
  entry('cos', call('cos', x), 'cos x'),
  entry('tan', call('tan', x), 'tan x', [-1, 1]),
  entry('sinc', divide(call('sin', x), x), 'sin(x) / x', [1 / 16, 16]),
  entry('asin', call('asin', x), 'arcsin x'),
  entry('acos', call('acos', x), 'arccos x'),
  entry('atan', call('atan', x), 'arctan x'),
  entry('sinh', call('sinh', x), '(e^x − e^-x) / 2'),
  entry('cosh', call('cosh', x), '(e^x + e^-x) / 2'),
  entry('asinh', call('asinh', x), 'arsinh x'),
  entry('acosh', call('acosh', x), 'arcosh x', [1, 4]),
  entry('atanh', call('atanh', x), 'artanh x', [-63 / 64, 63 / 64]),
  entry('erf', call('erf', x), '2/√π · ∫ e^(−t²) from 0 to x'),
  entry('erfc', call('erfc', x), '1 − erf(x)'),
  entry('gaussian', call('exp', f.negate(f.square(x))), 'e^(−x²)'),
  entry(
    'normal-pdf',
    divide(call('exp', f.negate(divide(f.square(x), f.two))), sqrt(multiply(f.two, f.pi))),
    'e^(−x²/2) / √(2π)',
  ),
  entry('normal-cdf', normalCdf, '(1 + erf(x/√2)) / 2'),
]);
