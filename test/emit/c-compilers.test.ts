import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cTarget, wordType } from '../../src/emit/c.js';
import { storedBytes } from '../../src/emit/c-table.js';
import { lower } from '../../src/emit/lower.js';
import { textOf } from '../../src/emit/target.js';
import { vectorsOf } from '../../src/emit/vectors.js';
import { interpret } from '../../src/plan/interpret.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { PLANS } from '../conformance/plans.js';
import { planOf } from '../plan/plans.js';
import { needs } from '../support/needs.js';
import { outputOf, runSync } from '../support/processes.js';
import type { ToolName } from '../support/tools.js';
import { takes, unprovenCertificate } from './module.js';

/** Every plan that C takes, under a name of its own. */
const KERNELS: readonly KernelPlan[] = Object.values(PLANS)
  .map((make, i) => ({ ...make(), name: `kernel_${i}` }))
  .filter((plan) => takes(cTarget, plan));

const folder = mkdtempSync(join(tmpdir(), 'approxgen-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(plan: KernelPlan): Promise<void> {
  const [header] = await cTarget.emit(plan, unprovenCertificate(plan));
  writeFileSync(join(folder, `${plan.name}.h`), textOf(header));
}

describe('C headers', () => {
  beforeAll(async () => {
    for (const plan of KERNELS) await write(plan);
    // One translation unit has all of them.
    const calls = KERNELS.map(
      ({ name, input, output }) => `${wordType(output)} call_${name}(${wordType(input)} x);
${wordType(output)} call_${name}(${wordType(input)} x) { return ${name}(x); }
void array_${name}(const ${wordType(input)} *src, ${wordType(output)} *dst, size_t count);
void array_${name}(const ${wordType(input)} *src, ${wordType(output)} *dst, size_t count) { ${name}_array(src, dst, count); }`,
    );
    const includes = KERNELS.map(({ name }) => `#include "${name}.h"`);
    writeFileSync(join(folder, 'all.c'), [...includes, ...calls, ''].join('\n'));
    const [tested] = KERNELS;
    const test = await cTarget.test?.(tested, vectorsOf(tested));
    writeFileSync(join(folder, 'test.c'), test === undefined ? '' : textOf(test));
  });

  const GNU = [
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Wconversion',
    '-Wsign-conversion',
    '-Wshadow',
    '-Wcast-qual',
    '-Wundef',
  ];
  const COMPILERS: readonly (readonly [ToolName, string, readonly string[]])[] = [
    [
      'clang',
      'clang',
      [
        '-std=c99',
        '-Weverything',
        // C89 alone wants declarations first.
        '-Wno-declaration-after-statement',
        // Says that warnings above don't exist in an older or newer clang.
        '-Wno-unknown-warning-option',
        // Wants arrays to be C++ spans.
        '-Wno-unsafe-buffer-usage',
      ],
    ],
    ['gcc', 'gcc', ['-std=c99', ...GNU, '-Wstrict-prototypes', '-Wmissing-prototypes']],
    ['g++', 'g++', ['-std=c++11', '-x', 'c++', ...GNU]],
    ['g++', 'g++', ['-std=c++20', '-x', 'c++', ...GNU]],
    ['arm-none-eabi-gcc', 'arm-none-eabi-gcc', ['-std=c99', '-mcpu=cortex-m0', '-mthumb', '-Os', ...GNU]],
    ['avr-gcc', 'avr-gcc', ['-std=c99', '-mmcu=atmega328p', '-Os', ...GNU]],
  ];

  describe.each(COMPILERS)('%s', (tool, command, flags) => {
    needs(tool);

    it(`has nothing against them: ${flags.slice(0, 3).join(' ')} …`, () => {
      expect(KERNELS.length).toBeGreaterThan(50);
      const args = [...flags, '-c', 'all.c', '-o', 'all.o'];
      expect(runSync(command, args, { cwd: folder }).stderr).toBe('');
    });

    it('has nothing against a test of vectors', () => {
      expect(runSync(command, [...flags, '-c', 'test.c', '-o', 'test.o'], { cwd: folder }).stderr).toBe('');
    });
  });
});

/** A program that writes each output of some inputs to the serial port, a line each. */
const avrMain = ({ name, input }: KernelPlan, inputs: readonly bigint[]) => `#include "${name}.h"
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

static const ${wordType(input)} inputs[${inputs.length}] PROGMEM = {${inputs.join(', ')}};

static void put(char byte) {
  while (!(UCSR0A & _BV(UDRE0))) {}
  UDR0 = (uint8_t)byte;
}

int main(void) {
  UCSR0B = _BV(TXEN0);
  for (uint8_t i = 0; i < ${inputs.length}; i++) {
    const uint64_t y = (uint64_t)(int64_t)${name}((${wordType(input)})APPROXGEN_READ(${input.bits}, &inputs[i]));
    for (uint8_t digit = 0; digit < 16; digit++) put("0123456789abcdef"[(y >> (60 - 4 * digit)) & 15]);
    put('\\n');
  }
  cli();
  sleep_enable();
  sleep_cpu();
  return 0;
}
`;

describe('an ATmega328P, of 2,048 bytes of memory', () => {
  needs('simavr');

  const LARGE: Readonly<Record<string, () => KernelPlan>> = {
    'records of 32 bits': () => planOf({ function: 'sin', format: 'Q3.13', order: 1, ulp: 0.51 }),
    'words of 16 bits, and a search': () => planOf({ function: 'tanh', format: 'Q4.12', ulp: 0.6, order: 0 }),
    'words of 64 bits': () =>
      planOf({ function: 'sigmoid', format: 'Q8.24', order: 1, ulp: 16, range: [-16, 16] }),
  };

  it.each(Object.entries(LARGE))('reads a table of more than that in flash: %s', async (_, make) => {
    const plan = { ...make(), name: 'large' };
    const bytes = lower(plan).tables.reduce((sum, table) => sum + storedBytes(table), 0);
    expect(bytes).toBeGreaterThan(2048);
    await write(plan);
    const { inputs } = vectorsOf(plan);
    const some = inputs.filter((_x, i) => i % Math.ceil(inputs.length / 60) === 0);
    writeFileSync(join(folder, 'avr.c'), avrMain(plan, some));
    outputOf('avr-gcc', ['-mmcu=atmega328p', '-std=c99', '-Os', 'avr.c', '-o', 'avr.elf'], { cwd: folder });
    const sizes = outputOf('avr-size', ['avr.elf'], { cwd: folder })
      .toString()
      .split('\n')[1]
      .trim()
      .split(/\s+/);
    expect(Number(sizes[0])).toBeGreaterThan(bytes);
    expect(Number(sizes[1]) + Number(sizes[2])).toBeLessThan(64);
    const { stdout, stderr } = runSync('simavr', ['-m', 'atmega328p', '-f', '16000000', 'avr.elf'], {
      cwd: folder,
    });
    const found = `${stdout.toString()}${stderr}`.match(/[0-9a-f]{16}/g) ?? [];
    expect(found.map((digits) => BigInt.asIntN(64, BigInt(`0x${digits}`)))).toEqual(
      some.map((x) => interpret(plan, x)),
    );
  });
});
