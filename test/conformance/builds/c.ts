import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cTarget, wordType } from '../../src/emit/c.js';
import { pythonTarget } from '../../src/emit/python.js';
import { rustTarget, rustWord } from '../../src/emit/rust.js';
import { solidityTarget } from '../../src/emit/solidity.js';
import { snakeSymbol } from '../../src/emit/symbol.js';
import { textOf, type Target } from '../../src/emit/target.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { unprovenCertificate } from '../emit/module.js';
import { ethereumAnswer, missingEthereum } from './ethereum.js';
import { encoded, isThere, run, workFolder, type Job } from './jobs.js';

/** A target whose kernels run in a program of their own. */
export interface TooledTarget {
  readonly target: Target;
  /** Bits beyond which it takes no value; undefined where it takes all. */
  readonly widest?: number;
  /** Whether it is tried on a part of the plans, with a part of the inputs. */
  readonly slow?: boolean;
  readonly builds: readonly Build[];
}

/** One way to build and run kernels. */
export interface Build {
  readonly name: string;
  /** What is not installed, if anything. */
  readonly missing: () => string | undefined;
  /** Runs every job; gives the outputs as 64-bit words. */
  readonly answer: (jobs: readonly Job[]) => Promise<Buffer>;
}

const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
const SANITIZE = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];

const toolMissing = (tool: string) => (isThere(tool) ? undefined : `${tool} is not installed`);

/** The file of each job's kernel, under the kernel's name. */
async function writeKernels(target: Target, jobs: readonly Job[], extension: string): Promise<string> {
  const folder = workFolder();
  for (const { plan } of jobs) {
    const [file] = await target.emit(plan, unprovenCertificate(plan));
    writeFileSync(join(folder, `${plan.name}.${extension}`), textOf(file));
  }
  return folder;
}

function cBuild(compiler: string, ...flags: readonly string[]): Build {
  return {
    name: `${compiler} ${flags.join(' ')}`,
    missing: () => toolMissing(compiler),
    answer: async (jobs) => {
      const cwd = await writeKernels(cTarget, jobs, 'h');
      writeFileSync(join(cwd, 'main.c'), cMain(jobs));
      run(compiler, [...STRICT, ...flags, 'main.c', '-o', 'main'], { cwd });
      return run('./main', [], { cwd, input: encoded(jobs) });
    },
  };
}

/** A program that runs every kernel one at a time and by array, and fails where the two differ. */
function cMain(jobs: readonly Job[]): string {
  const cases = jobs.map(({ plan }, i) => {
    const [input, output] = [wordType(plan.input), wordType(plan.output)];
    return `  case ${i}:
    for (uint32_t i = 0; i < count; i++) {
      const ${input} x = (${input})words[i];
      ${output} dst[1];
      ${plan.name}_array(&x, dst, 1);
      if (dst[0] != ${plan.name}(x)) return 1;
      words[i] = (uint64_t)dst[0];
    }
    break;`;
  });
  return `${jobs.map(({ plan }) => `#include "${plan.name}.h"`).join('\n')}
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  uint32_t head[2];
  while (fread(head, sizeof head, 1, stdin) == 1) {
    const uint32_t count = head[1];
    uint64_t *words = malloc(count * sizeof *words + 1);
    if (words == NULL || fread(words, sizeof *words, count, stdin) != count) return 2;
    switch (head[0]) {
${cases.join('\n')}
    default:
      return 3;
    }
    if (fwrite(words, sizeof *words, count, stdout) != count) return 4;
    free(words);
  }
  return 0;
}
`;
}

function rustBuild(...flags: readonly string[]): Build {
  return {
    name: `rustc ${flags.join(' ')}`,
    missing: () => toolMissing('rustc'),
    answer: async (jobs) => {
      const cwd = await writeKernels(rustTarget, jobs, 'rs');
      const modules = jobs.map(({ plan }) => `pub mod ${plan.name};`);
      writeFileSync(
        join(cwd, 'kernels.rs'),
        `#![no_std]\n#![forbid(unsafe_code)]\n#![deny(warnings)]\n${modules.join('\n')}\n`,
      );
      writeFileSync(join(cwd, 'main.rs'), rustMain(jobs));
      const compile = ['--edition', '2021', ...flags];
      run('rustc', [...compile, '--crate-type', 'rlib', 'kernels.rs'], { cwd });
      run('rustc', [...compile, '--extern', 'kernels=libkernels.rlib', 'main.rs'], { cwd });
      return run('./main', [], { cwd, input: encoded(jobs) });
    },
  };
}

/** Every kernel by array, the first of its inputs in a constant as well. */
function rustMain(jobs: readonly Job[]): string {
  const cases = jobs.map(({ plan, inputs }, i) => {
    const [input, output] = [rustWord(plan.input), rustWord(plan.output)];
    const scalar = `kernels::${plan.name}::${snakeSymbol(plan)}`;
    return `        ${i} => {
            const FIRST: ${output} = ${scalar}(${inputs[0]});
            let src: Vec<${input}> = words.iter().map(|&x| x as ${input}).collect();
            let mut dst = vec![0; src.len()];
            ${scalar}_array(&src, &mut dst);
            assert_eq!(dst[0], FIRST);
            dst.iter().map(|&y: &${output}| y as u64).collect()
        }`;
  });
  return `use std::io::{Read, Write};

fn outputs(job: u32, words: &[u64]) -> Vec<u64> {
    match job {
${cases.join('\n')}
        _ => panic!("no such job"),
    }
}

fn main() {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut at = 0;
    while at < bytes.len() {
        let count = word(at + 4) as usize;
        let words: Vec<u64> = bytes[at + 8..at + 8 + 8 * count]
            .chunks(8)
            .map(|each| u64::from_le_bytes(each.try_into().unwrap()))
            .collect();
        for y in outputs(word(at), &words) {
            std::io::stdout().write_all(&y.to_le_bytes()).unwrap();
        }
        at += 8 + 8 * count;
    }
}
`;
}

const PYTHON: Build = {
  name: 'python3',
  missing: () => toolMissing('python3'),
  answer: async (jobs) => {
    const cwd = await writeKernels(pythonTarget, jobs, 'py');
    writeFileSync(join(cwd, 'main.py'), pythonMain(jobs));
    return run('python3', ['main.py'], { cwd, input: encoded(jobs) });
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

export const TOOLED: readonly TooledTarget[] = [
  {
    target: cTarget,
    widest: 128,
    builds: [
      cBuild('gcc', '-O0'),
      cBuild('gcc', '-O3'),
      cBuild('clang', '-O0', ...SANITIZE),
      cBuild('clang', '-O3'),
    ],
  },
  {
    target: rustTarget,
    widest: 128,
    builds: [rustBuild('-C', 'debug-assertions=on'), rustBuild('-O')],
  },
  { target: pythonTarget, builds: [PYTHON] },
  {
    target: solidityTarget,
    slow: true,
    builds: [{ name: 'solc and an EVM', missing: missingEthereum, answer: ethereumAnswer }],
  },
];

/** The jobs that a target takes, and what it says of the others. */
export function taken(jobs: readonly Job[], { check }: Target) {
  const refused: string[] = [];
  const takes = (plan: KernelPlan): boolean => {
    try {
      check?.(plan);
      return true;
    } catch (error) {
      refused.push((error as Error).message);
      return false;
    }
  };
  return { kept: jobs.filter(({ plan }) => takes(plan)), refused };
}

/** Some of the jobs, with some of their inputs: for what is slow. */
export function thinned(jobs: readonly Job[], every: number, most: number): readonly Job[] {
  return jobs
    .filter((_, i) => i % every === 0)
    .map((job) => {
      const step = Math.ceil(job.inputs.length / most);
      const kept = (_: bigint, i: number) => i % step === 0;
      return { ...job, inputs: job.inputs.filter(kept), outputs: job.outputs.filter(kept) };
    });
}
