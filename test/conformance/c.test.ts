import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cTarget, wordType } from '../../src/emit/c.js';
import { textOf } from '../../src/emit/target.js';
import { unprovenCertificate } from '../emit/module.js';
import { conformingJobs, encoded, isThere, run, taken, workFolder, wrongOutputs, type Job } from './jobs.js';

const STRICT = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
const SANITIZE = ['-fsanitize=undefined,address', '-fno-sanitize-recover=all'];
const BUILDS = [
  { compiler: 'gcc', flags: ['-O0'] },
  { compiler: 'gcc', flags: ['-O3'] },
  { compiler: 'clang', flags: ['-O0', ...SANITIZE] },
  { compiler: 'clang', flags: ['-O3'] },
];

const { kept: JOBS, refused } = taken(conformingJobs(1500, 150), cTarget.check);

/** A program that runs every kernel one at a time and by array, and fails where the two differ. */
function mainText(jobs: readonly Job[]): string {
  const cases = jobs.map(({ plan }, i) => {
    const [input, output] = [wordType(plan.input), wordType(plan.output)];
    return `  case ${i}:
    for (uint32_t i = 0; i < count; i++) {
      const ${input} x = (${input})words[i];
      ${input} src[1];
      ${output} dst[1];
      src[0] = x;
      ${plan.name}_array(src, dst, 1);
      if (dst[0] != ${plan.name}(x)) return 1;
      words[i] = (uint64_t)${plan.name}(x);
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

async function written(jobs: readonly Job[]): Promise<string> {
  const folder = workFolder();
  for (const { plan } of jobs) {
    const [file] = await cTarget.emit(plan, unprovenCertificate(plan));
    writeFileSync(join(folder, `${plan.name}.h`), textOf(file));
  }
  writeFileSync(join(folder, 'main.c'), mainText(jobs));
  return folder;
}

describe('the c target means what the interpreter means', () => {
  it.for(BUILDS)('$compiler $flags', { timeout: 300_000 }, async ({ compiler, flags }, { skip }) => {
    if (!isThere(compiler)) return skip(`${compiler} is not installed`);
    const cwd = await written(JOBS);
    run(compiler, [...STRICT, ...flags, 'main.c', '-o', 'main'], { cwd });
    expect(wrongOutputs(JOBS, run('./main', [], { cwd, input: encoded(JOBS) }))).toEqual([]);
  });

  it('but for plans that compute with more than 128 bits, which it refuses', () => {
    for (const message of refused) {
      expect(message).toMatch(/computes with integers of \d+ bits; the target c has 128$/);
    }
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(40);
  });
});
