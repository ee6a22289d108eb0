import { runPython } from '../support/python.js';

/** What a Python program that knows mpmath prints as JSON for a JSON input. */
export const askMpmath = <T>(program: string, input: unknown): T =>
  JSON.parse(runPython(program, JSON.stringify(input)).toString()) as T;

/** The catalogue once more, `F[name](x)`, in whatever arithmetic the names of Python's mpmath stand for. */
export const FORMULAS = `
sig = lambda x: 1 / (1 + exp(-x))
cdf = lambda x: erfc(-x / sqrt(2)) / 2
clamp = lambda x, a, b: min(max(x, mpf(a)), mpf(b))
hs = lambda x: clamp(x / 6 + mpf(1) / 2, 0, 1)
sp = lambda x: log1p(exp(x)) if x < 0 else x + log1p(exp(-x))
L = mpf('1.0507009873554804934193349852946')
A = mpf('1.6732632423543772848170429916717')
F = {
  'tanh': tanh, 'sigmoid': sig, 'hard-sigmoid': hs, 'hard-tanh': lambda x: clamp(x, -1, 1),
  'hard-swish': lambda x: x * hs(x), 'relu': lambda x: max(x, mpf(0)), 'relu6': lambda x: clamp(x, 0, 6),
  'leaky-relu': lambda x: x if x > 0 else x / 100, 'gelu': lambda x: x * cdf(x),
  'gelu-tanh': lambda x: x / 2 * (1 + tanh(sqrt(2 / pi) * (x + mpf('0.044715') * x**3))),
  'quick-gelu': lambda x: x * sig(mpf('1.702') * x), 'silu': lambda x: x * sig(x), 'softplus': sp,
  'mish': lambda x: x * tanh(sp(x)), 'elu': lambda x: x if x >= 0 else expm1(x),
  'selu': lambda x: L * x if x >= 0 else L * A * expm1(x), 'softsign': lambda x: x / (1 + abs(x)),
  'log-sigmoid': lambda x: -sp(-x), 'tanh-shrink': lambda x: x - tanh(x), 'exp': exp,
  'exp2': lambda x: mpf(2)**x, 'expm1': expm1, 'log': log, 'log2': lambda x: log(x) / log(mpf(2)),
  'log10': log10, 'log1p': log1p, 'logit': lambda x: log(x / (1 - x)), 'sqrt': sqrt,
  'rsqrt': lambda x: 1 / sqrt(x), 'cbrt': lambda x: sign(x) * root(abs(x), 3),
  'reciprocal': lambda x: 1 / x, 'square': lambda x: x * x, 'abs': abs, 'sin': sin, 'cos': cos, 'tan': tan,
  'sinc': lambda x: sin(x) / x, 'asin': asin, 'acos': acos, 'atan': atan, 'sinh': sinh, 'cosh': cosh,
  'asinh': asinh, 'acosh': acosh, 'atanh': atanh, 'erf': erf, 'erfc': erfc,
  'gaussian': lambda x: exp(-x * x), 'normal-pdf': npdf, 'normal-cdf': cdf,
}`;

/** The catalogue in mpmath. */
export const CATALOGUE = `
import sys, json
from mpmath import *
mp.prec = 400
${FORMULAS}
scaled = lambda y, bits: str(int(floor(ldexp(y, bits))))
number = lambda raw, frac: ldexp(mpf(int(raw)), -frac)
`;
