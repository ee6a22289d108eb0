import { FORMULAS } from '../function/mpmath.js';
import { python } from '../support/python.js';

/** Outputs of consecutive inputs, as a file of 32-bit little-endian words, and what they are outputs of. */
export interface RecordedOutputs {
  readonly function: string;
  readonly file: string;
  readonly first: number;
  readonly inputFracBits: number;
  readonly outputFracBits: number;
  /** What the output can hold; f is clamped to it before it is compared. */
  readonly min: number;
  readonly max: number;
  /** Inputs of the claim, as stretches; the others count for the format only. */
  readonly claimed: readonly (readonly [number, number])[];
}

/** Errors over a set of inputs, as another program finds them. */
export interface IndependentErrors {
  readonly inputs: number;
  readonly maxUlp: number;
  /** The lowest input whose error is within 2^-38 ulp of the greatest, and how many there are. */
  readonly worstInput: number;
  readonly alike: number;
  readonly meanUlp: number;
  /** How many errors are less than 1/4, 1/2, 1 and 2 ulps: by 2^-38 at least, and to within 2^-38. */
  readonly below: readonly (readonly [number, number])[];
}

export interface IndependentResult {
  readonly crc32: string;
  readonly undefinedInputs: number;
  readonly claim: IndependentErrors;
  readonly format: IndependentErrors;
  /** Inputs that multiple precision decided, and by how much doubles were off there at most, in ulps. */
  readonly decided: number;
  readonly doublesOff: number;
}

/**
 * Doubles of Python's own library say of which inputs an error could be the greatest or lie at a threshold: all
 * within NEAR of one. mpmath decides those; and at a thousand others, how far doubles are off at all.
 */
const PROGRAM = `
import sys, json, math, random, zlib
from array import array
import mpmath
FORMULAS = '''${FORMULAS}'''
mpmath.mp.prec = 160
exact = {name: getattr(mpmath, name) for name in dir(mpmath)}
exec(FORMULAS, exact)
double = {name: getattr(math, name) for name in dir(math)}
double.update(mpf=float, sign=lambda x: math.copysign(1, x), root=lambda x, n: x ** (1 / n),
              npdf=lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi))
exec(FORMULAS, double)
NEAR, SAME = 2.0 ** -20, 2.0 ** -38
THRESHOLDS = (0.25, 0.5, 1.0, 2.0)

def check(task):
    with open(task['file'], 'rb') as file: data = file.read()
    outputs = array('i', data)
    first, scale = task['first'], 2.0 ** task['outputFracBits']
    unit, low, high = 2.0 ** -task['inputFracBits'], task['min'], task['max']
    f, g = double['F'][task['function']], exact['F'][task['function']]
    def precise(x):
        value = mpmath.ldexp(g(mpmath.ldexp(mpmath.mpf(x), -task['inputFracBits'])), task['outputFracBits'])
        return abs(outputs[x - first] - min(max(value, low), high))
    errors, undefined = {}, 0
    for i, y in enumerate(outputs):
        try: value = f((first + i) * unit) * scale
        except (ValueError, ZeroDivisionError):
            undefined += 1
            continue
        errors[first + i] = abs(y - (low if value < low else high if value > high else value))
    claimed = [x for a, b in task['claimed'] for x in range(a, b + 1) if x in errors]
    # The greatest error of each set, and the thresholds: all that is near is decided by mpmath.
    edges = [max(errors[x] for x in claimed), max(errors.values()), *THRESHOLDS]
    near = [x for x, error in errors.items() if any(abs(error - edge) <= NEAR for edge in edges)]
    sure = {x: precise(x) for x in near}
    sample = random.Random(1).sample(sorted(errors), min(1000, len(errors)))
    off = max([abs(errors[x] - precise(x)) for x in sample] + [abs(errors[x] - e) for x, e in sure.items()])
    def summary(inputs):
        worst = max(sure[x] for x in inputs if x in sure)
        alike = [x for x in inputs if x in sure and sure[x] >= worst - SAME]
        def count(limit): return sum(1 for x in inputs if sure.get(x, errors[x]) < limit)
        return {'inputs': len(inputs), 'maxUlp': float(worst), 'worstInput': alike[0], 'alike': len(alike),
                'meanUlp': math.fsum(errors[x] for x in inputs) / len(inputs),
                'below': [[count(t - SAME), count(t + SAME)] for t in THRESHOLDS]}
    return {'crc32': '%08x' % zlib.crc32(data), 'undefinedInputs': undefined,
            'claim': summary(claimed), 'format': summary(list(errors)),
            'decided': len(sure), 'doublesOff': float(off)}

print(json.dumps([check(task) for task in json.load(sys.stdin)]))
`;

/** The errors of recorded outputs by Python's doubles and mpmath, several programs side by side. */
export async function independentErrors(
  recorded: readonly RecordedOutputs[],
  programs = 2,
): Promise<readonly IndependentResult[]> {
  const results = new Array<IndependentResult>(recorded.length);
  await Promise.all(
    Array.from({ length: programs }, async (_, turn) => {
      const own = recorded.map((task, i) => ({ task, i })).filter(({ i }) => i % programs === turn);
      const text = await python(PROGRAM, JSON.stringify(own.map(({ task }) => task)));
      (JSON.parse(text) as readonly IndependentResult[]).forEach((result, k) => (results[own[k].i] = result));
    }),
  );
  return results;
}

/** What another program finds on many consecutive inputs, and at some that it is told of. */
export interface IndependentWorst {
  readonly maxUlp: number;
  readonly worstInput: number;
  readonly alike: number;
  readonly decided: number;
  readonly doublesOff: number;
}

/** The same for 32 bits, where the inputs are so many that NumPy's doubles have to choose. */
const WIDE_PROGRAM = `
import sys, json, math
import mpmath, numpy
FORMULAS = '''${FORMULAS}'''
mpmath.mp.dps = 40
exact = {name: getattr(mpmath, name) for name in dir(mpmath)}
exec(FORMULAS, exact)
double = {name: getattr(math, name) for name in dir(math)}
double.update({name: getattr(numpy, name) for name in ('exp', 'log', 'sin', 'sqrt', 'tanh')})
double.update(mpf=float, root=None, npdf=None, sign=None)
exec(FORMULAS, double)
NEAR, SAME = 2.0 ** -18, 2.0 ** -38

def precise(task, x, y):
    value = mpmath.ldexp(exact['F'][task['function']](mpmath.ldexp(mpmath.mpf(x), -task['inputFracBits'])),
                         task['outputFracBits'])
    return abs(int(y) - min(max(value, task['min']), task['max']))

def check(task):
    outputs = numpy.fromfile(task['file'], '<i4')
    first = task['first']
    inputs = (first + numpy.arange(len(outputs), dtype=float)) * 2.0 ** -task['inputFracBits']
    values = double['F'][task['function']](inputs) * 2.0 ** task['outputFracBits']
    errors = numpy.abs(outputs - numpy.clip(values, task['min'], task['max']))
    near = numpy.nonzero(errors >= errors.max() - NEAR)[0]
    sure = {int(i): precise(task, first + int(i), outputs[i]) for i in near}
    sample = numpy.random.default_rng(1).integers(0, len(outputs), 1000)
    off = max(abs(errors[i] - precise(task, first + int(i), outputs[i])) for i in [*sample, *near])
    worst = max(sure.values())
    alike = [i for i, e in sure.items() if e >= worst - SAME]
    return {'maxUlp': float(worst), 'worstInput': first + alike[0], 'alike': len(alike),
            'decided': len(sure), 'doublesOff': float(off)}

asked = json.load(sys.stdin)
print(json.dumps({'worst': [check(task) for task in asked['recorded']],
                  'errors': [float(precise(task, x, y)) for task, x, y in asked['points']]}))
`;

/** A kernel's facts, an input and its output. */
export type Point = readonly [Omit<RecordedOutputs, 'file' | 'first' | 'claimed'>, number, number];

/** The worst of recorded outputs of 32-bit kernels, and the errors at some points, to 40 digits. */
export async function independentWorst(
  recorded: readonly Omit<RecordedOutputs, 'claimed'>[],
  points: readonly Point[],
): Promise<{ readonly worst: readonly IndependentWorst[]; readonly errors: readonly number[] }> {
  return JSON.parse(await python(WIDE_PROGRAM, JSON.stringify({ recorded, points }))) as {
    worst: IndependentWorst[];
    errors: number[];
  };
}
