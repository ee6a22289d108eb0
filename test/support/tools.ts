import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INTERPRETERS } from '../../bench/native/python.js';
import { outputOf } from './processes.js';
import { PYTHON } from './python.js';

/** A program that tests start. */
interface Tool {
  /** The packages of Debian that it comes with. */
  readonly packages: readonly string[];
  /** Does in an empty folder what tests ask of it, only smaller. @throws where it can't */
  readonly trial: (start: Start, write: (name: string, text: string) => void) => void;
}

type Start = (command: string, ...args: readonly string[]) => string;

const C = '#include <stdint.h>\n#include <stdio.h>\nint main(void) { return puts("x") < (int32_t)0; }\n';
const C_LIBRARY = 'libc6-dev';

/** A C compiler whose programs run. */
const compiler = (command: string, packages: readonly string[], ...flags: readonly string[]): Tool => ({
  packages: [...packages, C_LIBRARY],
  trial: (start, write) => {
    write('x.c', C);
    start(command, ...flags, 'x.c', '-o', 'x');
    start('./x');
  },
});

const module = (name: string, debianPackage: string): Tool => ({
  packages: ['python3', debianPackage],
  trial: (start) => start(PYTHON, '-c', `import ${name}`),
});

/** What `npm ci` installs. */
const npmPackage = (name: string): Tool => ({
  packages: [],
  trial: () => void createRequire(import.meta.url).resolve(name),
});

const shell = (name: string): Tool => ({
  packages: [name],
  trial: (start) => start(name, '-c', 'true'),
});

const AVR = `#include <avr/pgmspace.h>
static const unsigned char table[] PROGMEM = {1, 2};
int main(void) { return pgm_read_byte(table); }
`;
/** A processor that sleeps without interrupts has ended. */
const AVR_RUN = `#include <avr/sleep.h>
int main(void) { sleep_enable(); sleep_cpu(); return 0; }
`;
const VERILOG = 'module x(input a, output b); assign b = !a; endmodule\n';
const VERILOG_RUN = 'module x; initial begin $display("x"); $finish; end endmodule\n';
const VHDL = `entity x is end entity;
architecture a of x is begin process begin report "x"; wait; end process; end architecture;
`;

/** What completion scripts for bash rely on. */
export const BASH_COMPLETION = '/usr/share/bash-completion/bash_completion';

/** What tests ask for, by the command that they start, or the ability that some installations of it lack. */
const TABLE = {
  gcc: compiler('gcc', ['gcc']),
  cc: compiler('cc', ['gcc']),
  'g++': compiler('g++', ['g++'], '-x', 'c++'),
  clang: compiler('clang', ['clang']),
  'clang with sanitizers': compiler(
    'clang',
    ['clang', 'libclang-rt-dev'],
    '-fsanitize=undefined,address',
    '-fno-sanitize-recover=all',
  ),
  rustc: {
    packages: ['rustc'],
    trial: (start, write) => {
      write('x.rs', 'fn main() {}\n');
      start('rustc', '--edition', '2021', 'x.rs');
      start('./x');
    },
  },
  iverilog: {
    packages: ['iverilog'],
    trial: (start, write) => {
      write('x.v', VERILOG_RUN);
      start('iverilog', '-g2001', '-o', 'x.vvp', 'x.v');
      start('vvp', '-n', 'x.vvp');
    },
  },
  verilator: {
    packages: ['verilator', 'make', 'g++'],
    trial: (start, write) => {
      write('x.v', VERILOG_RUN);
      start('verilator', '--binary', '--top-module', 'x', '-MAKEFLAGS', 'OPT_FAST=-O0', 'x.v');
      start('obj_dir/Vx');
    },
  },
  yosys: {
    packages: ['yosys'],
    trial: (start, write) => {
      write('x.v', VERILOG);
      start('yosys', '-q', '-p', 'read_verilog x.v; synth -top x; stat -json');
    },
  },
  ghdl: {
    packages: ['ghdl'],
    trial: (start, write) => {
      write('x.vhd', VHDL);
      start('ghdl', '-a', '--std=93', 'x.vhd');
      start('ghdl', '--elab-run', '--std=93', 'x');
    },
  },
  'arm-none-eabi-gcc': {
    packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
    trial: (start, write) => {
      write('x.c', '#include <stdint.h>\nint32_t x(void);\nint32_t x(void) { return 1; }\n');
      start('arm-none-eabi-gcc', '-mcpu=cortex-m0', '-mthumb', '-c', 'x.c');
      start('arm-none-eabi-size', '-A', 'x.o');
    },
  },
  'avr-gcc': {
    packages: ['gcc-avr', 'avr-libc'],
    trial: (start, write) => {
      write('x.c', AVR);
      start('avr-gcc', '-mmcu=atmega328p', '-Os', 'x.c', '-o', 'x');
    },
  },
  simavr: {
    packages: ['simavr', 'gcc-avr', 'avr-libc'],
    trial: (start, write) => {
      write('x.c', AVR_RUN);
      start('avr-gcc', '-mmcu=atmega328p', '-Os', 'x.c', '-o', 'x.elf');
      start('simavr', '-m', 'atmega328p', '-f', '16000000', 'x.elf');
    },
  },
  python3: { packages: ['python3'], trial: (start) => start(PYTHON, '-c', 'pass') },
  numpy: module('numpy', 'python3-numpy'),
  mypy: {
    packages: ['mypy', 'python3-numpy'],
    trial: (start, write) => {
      write('x.py', 'import numpy as np\n\nx: np.int16 = np.int16(1)\n');
      start('mypy', '--strict', 'x.py');
    },
  },
  mpmath: module('mpmath', 'python3-mpmath'),
  torch: {
    packages: ['python3-torch'],
    // Not always beside what other tests ask for.
    trial: (start) => {
      const imported = INTERPRETERS.some((interpreter) => {
        try {
          start(interpreter, '-c', 'import torch');
          return true;
        } catch {
          return false;
        }
      });
      if (!imported) throw new Error('no python3 can import torch');
    },
  },
  solc: npmPackage('solc'),
  '@ethereumjs/evm': npmPackage('@ethereumjs/evm'),
  git: { packages: ['git'], trial: (start) => start('git', 'init', '-q') },
  bash: shell('bash'),
  'bash-completion': {
    packages: ['bash-completion'],
    trial: (start) => start('test', '-e', BASH_COMPLETION),
  },
  zsh: shell('zsh'),
  fish: shell('fish'),
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TABLE;
export const TOOLS: Readonly<Record<ToolName, Tool>> = TABLE;
export const TOOL_NAMES = Object.keys(TABLE) as readonly ToolName[];

const tried = new Map<ToolName, string | undefined>();

/** Why a test that asks for these tools can't run: the first that is not here or can't do its trial. */
export function missing(...names: readonly ToolName[]): string | undefined {
  for (const name of names) {
    if (!tried.has(name)) tried.set(name, reasonAgainst(name));
    const reason = tried.get(name);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The same, tried anew. */
export function reasonAgainst(name: ToolName): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'approxgen-trial-'));
  try {
    TOOLS[name].trial(
      (command, ...args) => outputOf(command, args, { cwd: folder }).toString(),
      (file, text) => writeFileSync(join(folder, file), text),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return `${name} is not installed`;
    return `${name} can't do what tests ask: ${error.message.trim().split('\n').at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
