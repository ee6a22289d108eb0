import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cTarget, wordType } from '../../../src/emit/c.js';
import { outputOf } from '../../support/processes.js';
import { missing } from '../../support/tools.js';
import { encoded, type Job } from '../jobs.js';
import { avrBuild } from './avr.js';
import { writeKernels, type Build, type ConformingTarget } from './build.js';

const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
const SANITIZE = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];

function cBuild(slow: boolean, compiler: 'gcc' | 'clang', ...flags: readonly string[]): Build {
  return {
    slow,
    name: `${compiler} ${flags.join(' ')}`,
    missing: () => missing(flags.includes(SANITIZE[0]) ? 'clang with sanitizers' : compiler),
    answer: async (jobs) => {
      const cwd = await writeKernels(cTarget, jobs, 'h');
      writeFileSync(join(cwd, 'main.c'), cMain(jobs));
      outputOf(compiler, [...STRICT, ...flags, 'main.c', '-o', 'main'], { cwd });
      return outputOf('./main', [], { cwd, input: encoded(jobs) });
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

const ON_AVR = { complete: 2, narrow: 4096, wide: 1024 };

export const C: ConformingTarget = {
  name: 'c',
  target: cTarget,
  builds: [
    cBuild(true, 'gcc', '-O0'),
    cBuild(false, 'gcc', '-O3'),
    cBuild(false, 'clang', '-O0', ...SANITIZE),
    cBuild(true, 'clang', '-O3'),
    avrBuild('-Os', { thinned: { every: 4, inputs: 60 }, portion: ON_AVR }),
    avrBuild('-O2', { slow: true, portion: ON_AVR }),
  ],
  refusals: { 'too-wide': /computes with integers of \d+ bits; the target c has 128$/ },
};
