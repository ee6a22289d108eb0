import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonTarget } from '../../../src/emit/python.js';
import { snakeSymbol } from '../../../src/emit/symbol.js';
import { outputOf } from '../../support/processes.js';
import { PYTHON as PYTHON_COMMAND } from '../../support/python.js';
import { missing } from '../../support/tools.js';
import { encoded, type Job } from '../jobs.js';
import { writeKernels, type Build, type ConformingTarget } from './build.js';

const BUILD: Build = {
  name: 'python3',
  missing: () => missing('python3'),
  answer: async (jobs) => {
    const cwd = await writeKernels(pythonTarget, jobs, 'py');
    writeFileSync(join(cwd, 'main.py'), pythonMain(jobs));
    return outputOf(PYTHON_COMMAND, ['main.py'], { cwd, input: encoded(jobs) });
  },
};

/** Every kernel one at a time and, where there is NumPy, by array. */
function pythonMain(jobs: readonly Job[]): string {
  const kernels = jobs.map(({ plan }) => {
    const { input, output } = plan;
    const type = ({ signed, bits }: typeof input) => `${signed ? '' : 'u'}int${bits <= 32 ? 32 : 64}`;
    return `    ("${plan.name}", "${snakeSymbol(plan)}", "${type(input)}", ${input.signed}, ${output.signed}),`;
  });
  return `import importlib
import struct
import sys

true, false = True, False
try:
    import numpy
except ImportError:
    numpy = None

KERNELS = [
${kernels.join('\n')}
]
data = sys.stdin.buffer.read()
at = 0
while at < len(data):
    job, count = struct.unpack_from("<II", data, at)
    module, function, kind, signed_in, signed_out = KERNELS[job]
    kernel = getattr(importlib.import_module(module), function)
    inputs = struct.unpack_from(f"<{count}{'q' if signed_in else 'Q'}", data, at + 8)
    outputs = [kernel(x) for x in inputs]
    assert all(type(y) is int for y in outputs), module
    if numpy:
        array = kernel(numpy.array(inputs, dtype=kind).reshape(1, -1))
        assert array.shape == (1, count), module
        assert [int(y) for y in array[0]] == outputs, module
        assert int(kernel(numpy.array(inputs[0], dtype=kind))) == outputs[0], module
    sys.stdout.buffer.write(struct.pack(f"<{count}{'q' if signed_out else 'Q'}", *outputs))
    at += 8 + 8 * count
`;
}

export const PYTHON: ConformingTarget = {
  name: 'python',
  target: pythonTarget,
  builds: [BUILD],
  refusals: {},
};
