"""
Runs printed MP-SPDZ programs on plain integers: vectors of `sint` as lists, and every width that a program states
checked. Reads a JSON list of jobs {name, text, bits, inputs, test} and prints one of {lines} or {error}.
"""

import json
import operator
import sys
import types


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def check_width(values, bits, what):
    for value in (min(values), max(values)) if values else ():
        holds = -(1 << (bits - 1)) <= value < 1 << (bits - 1)
        check(holds, f'{what} of {value} takes more than {bits} bits')


class sint:
    def __init__(self, values):
        self.values = list(values)
        check_width(self.values, BITS, 'a value')

    def other(self, other):
        if isinstance(other, sint):
            check(len(other.values) == len(self.values), 'vectors of two lengths')
            return other.values
        check(type(other) is int, f'{other!r} is no integer')
        return [other] * len(self.values)

    def __add__(self, other):
        return sint(map(operator.add, self.values, self.other(other)))

    def __sub__(self, other):
        return sint(map(operator.sub, self.values, self.other(other)))

    def __rsub__(self, other):
        return sint(map(operator.sub, self.other(other), self.values))

    def __mul__(self, other):
        return sint(map(operator.mul, self.values, self.other(other)))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return sint(-a for a in self.values)

    def __bool__(self):
        raise AssertionError('a program branches on a secret')

    def __index__(self):
        raise AssertionError('a program looks something up by a secret')

    def greater_equal(self, bound, bits):
        check(type(bound) is int and bits >= 1, 'a comparison with what is not public')
        check_width([a - bound for a in self.values], bits + 1, 'a comparison')
        return sint(int(a >= bound) for a in self.values)

    def right_shift(self, shift, bits):
        check(0 < shift < bits, f'a shift of {bits} bits by {shift}')
        check_width(self.values, bits, 'a shift')
        return sint(a >> shift for a in self.values)

    def reveal(self):
        (value,) = self.values
        return value

    @staticmethod
    def Array(length):
        return Array(length)


class Array:
    def __init__(self, length):
        self.values = [0] * length

    def __getitem__(self, index):
        return sint(self.values[index] if isinstance(index, slice) else [self.values[index]])

    def assign(self, values):
        values = values.values if isinstance(values, sint) else values
        check(len(values) == len(self.values), 'an array takes values of another number')
        self.values = list(values)


def run(job):
    """What a job's program gives: an output for each input, or the lines that its test prints."""
    global BITS
    BITS = job['bits']
    name = job['name']
    printed = []
    program = types.SimpleNamespace(args=[name] + (['test'] if job['test'] else []))
    names = {
        'sint': sint,
        'program': program,
        'print_ln': lambda text, *values: printed.append(text % values),
    }
    exec(compile(job['text'], name, 'exec'), names)
    if job['test']:
        return printed
    inputs = [int(x) for x in job['inputs']]
    src, dst = Array(len(inputs)), Array(len(inputs))
    src.assign(inputs)
    names[name + '_array'](src, dst)
    check(printed == [], 'a program prints without being asked')
    if inputs:
        check(names[name](sint(inputs[:1])).values == dst.values[:1], 'one element is not as of an array')
    return [str(y) for y in dst.values]


def outcome(job):
    try:
        return {'lines': run(job)}
    except Exception as error:
        return {'error': repr(error)}


json.dump([outcome(job) for job in json.load(sys.stdin)], sys.stdout)
