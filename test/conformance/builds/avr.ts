import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cLiteral } from '../../../src/emit/c-type.js';
import { cTarget, wordType } from '../../../src/emit/c.js';
import type { QFormat } from '../../../src/fixedpoint/format.js';
import type { KernelPlan } from '../../../src/plan/plan.js';
import { outputOf, runSync } from '../../support/processes.js';
import { missing } from '../../support/tools.js';
import type { Job } from '../jobs.js';
import { writeKernels, wordsOf, type Build } from './build.js';

/** With room for every table that an AVR can address; the core is the ATmega328P's. */
const LARGE = 'atmega1284p';
/** Bytes of inputs that are run at once; they are in flash, as tables are. */
const MOST = 2 ** 14;

/** Kernels of the C target on an AVR, whose int has 16 bits, in a simulator. */
export function avrBuild(level: '-Os' | '-O2', limits: Pick<Build, 'slow' | 'thinned' | 'portion'>): Build {
  return {
    name: `avr-gcc ${level} and simavr`,
    missing: () => missing('avr-gcc', 'simavr'),
    answer: async (jobs) => {
      const cwd = await writeKernels(cTarget, jobs, 'h');
      return wordsOf(jobs.map((job) => outputsOf(cwd, job, level)));
    },
    ...limits,
  };
}

function outputsOf(cwd: string, { plan, inputs }: Job, level: string): readonly bigint[] {
  const most = MOST / bytesOf(plan.input);
  const outputs: bigint[] = [];
  while (outputs.length < inputs.length) {
    writeFileSync(join(cwd, 'main.c'), avrMain(plan, inputs.slice(outputs.length, outputs.length + most)));
    buildForAvr(cwd, LARGE, ['-std=c99', level, 'main.c']);
    outputs.push(...runOnAvr(cwd, LARGE).words);
  }
  return outputs;
}

/** Bytes of the word that holds a format in C. */
const bytesOf = (format: QFormat): number => Number(/\d+/.exec(wordType(format))) / 8;

/** Makes the program `main.elf`. @throws Error with what the compiler says, warnings too */
export function buildForAvr(cwd: string, mcu: string, args: readonly string[]): void {
  const strict = ['-Wall', '-Wextra', '-Wconversion', '-Werror', `-mmcu=${mcu}`];
  outputOf('avr-gcc', [...strict, ...args, '-o', 'main.elf'], { cwd });
}

/** What a program sends over the serial port; the simulator shows a point where a line ends. */
interface Sent {
  readonly words: readonly bigint[];
  /** Lines that are no words. */
  readonly said: string;
}

/** What `main.elf` sends. @throws Error where it does not come to its end */
export function runOnAvr(cwd: string, mcu: string): Sent {
  const { status, stderr } = runSync('simavr', ['-m', mcu, '-f', '16000000', 'main.elf'], { cwd });
  if (status !== 0) throw new Error(`simavr ended with ${status}:\n${stderr}`);
  const lines = stderr
    .replace(/\x1b\[\d*m/g, '')
    .split('\n')
    .filter((line) => line !== '');
  const word = /^[0-9a-f]{16}\.$/;
  return {
    words: lines.filter((line) => word.test(line)).map((line) => BigInt(`0x${line.slice(0, -1)}`)),
    said: lines.filter((line) => !word.test(line)).join('\n'),
  };
}

/** Sends words over the serial port; `finish` sleeps without interrupts, which is the simulator's end. */
export const AVR_SERIAL = `#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>

static void send_byte(char byte) {
  while (!(UCSR0A & (1 << UDRE0))) {}
  UDR0 = (uint8_t)byte;
}

static void send(uint64_t word) {
  UCSR0A = 1 << U2X0;
  UCSR0B = 1 << TXEN0;
  for (int digit = 60; digit >= 0; digit -= 4) send_byte("0123456789abcdef"[(word >> digit) & 15]);
  send_byte('\\n');
}

static void finish(void) {
  cli();
  sleep_enable();
  sleep_cpu();
}
`;

/** A program that sends a kernel's output for each of some inputs. */
export function avrMain({ name, input }: KernelPlan, inputs: readonly bigint[]): string {
  return `#include "${name}.h"
${AVR_SERIAL}
static const ${wordType(input)} inputs[${inputs.length}] PROGMEM = {
${inputs.map((x) => `  ${cLiteral(x)},`).join('\n')}
};

int main(void) {
  for (int i = 0; i < ${inputs.length}; i++) {
    ${wordType(input)} x;
    memcpy_P(&x, &inputs[i], sizeof x);
    send((uint64_t)${name}(x));
  }
  finish();
}
`;
}
