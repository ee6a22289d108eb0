import { inGroup, type Kind, type OptionRow } from './option.js';
import { WORKERS } from './options.js';

/** The commands; `approxgen` is the one that makes a kernel, and has no name of its own. */
export const COMMANDS = [
  'approxgen',
  'build',
  'explore',
  'list',
  'targets',
  'eval',
  'verify',
  'merge',
  'schema',
  'completion',
  'help',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** An option of commands, not of kernels. */
export interface RunOption extends OptionRow {
  readonly commands: readonly CommandName[];
  /** The value that it has where it is not given. */
  readonly preset?: string;
}

const text: Kind = { is: 'text' };
const on: Kind = { is: 'switch' };

/** How commands run and what they write. Where commands mean different things by one flag it has several rows. */
export const RUN_OPTIONS: readonly RunOption[] = Object.freeze([
  ...inGroup<RunOption>('What is written', [
    {
      key: 'targets',
      flag: 'target',
      value: '<list>',
      kind: text,
      about: 'what to print besides the plan, with commas between; see approxgen targets',
      preset: 'ts',
      offers: 'targets',
      commands: ['approxgen'],
    },
    {
      key: 'vectors',
      kind: on,
      about: 'test vectors beside the kernel, and programs that run them',
      commands: ['approxgen'],
    },
    {
      key: 'outdir',
      value: '<folder>',
      kind: text,
      about: 'where to write',
      preset: 'generated',
      offers: 'folders',
      commands: ['approxgen', 'build'],
    },
    {
      key: 'check',
      kind: on,
      about: 'write nothing; fail with a diff where a file is stale',
      commands: ['build'],
    },
    { key: 'dryRun', kind: on, about: 'do everything but write', commands: ['approxgen', 'build'] },
    {
      key: 'out',
      value: '<file>',
      kind: text,
      about: 'where a shard is written',
      default: '<name>.<i>-of-<n>.json',
      offers: 'files',
      commands: ['verify'],
    },
    { key: 'write', kind: on, about: 'put the certificate into the plan file', commands: ['merge'] },
  ]),
  ...inGroup<RunOption>('How it runs', [
    {
      key: 'trustModule',
      value: '<file>',
      kind: text,
      about: 'run this module where a file names it as a function; others are refused',
      offers: 'files',
      commands: ['build', 'eval', 'verify', 'merge'],
    },
    {
      key: 'force',
      kind: on,
      about: 'prove again what was proven before, and replace another kernel of the same name',
      commands: ['approxgen'],
    },
    { key: 'force', kind: on, about: 'prove again what was proven before', commands: ['build'] },
    {
      key: 'costs',
      kind: on,
      about: 'measure each target here: nanoseconds of an evaluation; gates and LUTs by yosys',
      commands: ['approxgen', 'build'],
    },
    {
      key: 'target',
      value: '<name>',
      kind: text,
      about: 'run what this target prints, instead of the plan: ts, wasm, c, rust or python',
      preset: 'plan',
      offers: 'runnable',
      commands: ['verify'],
    },
    {
      key: 'target',
      value: '<name>',
      kind: text,
      about: 'run what this target prints, instead of the plan: ts or wasm',
      preset: 'plan',
      offers: ['plan', 'ts', 'wasm'],
      commands: ['eval'],
    },
    {
      key: 'binary',
      kind: on,
      about: 'little-endian integers of 32 bits, or of 64 for wider formats, in and out, instead of lines',
      commands: ['eval'],
    },
    {
      key: 'shard',
      value: '<i/n>',
      kind: text,
      about: 'run only this part, and write what it shows to a file for approxgen merge',
      commands: ['verify'],
    },
    {
      key: 'keep',
      value: '<folder>',
      kind: text,
      about: 'keep there what is finished, so that an interrupted proof goes on',
      offers: 'folders',
      commands: ['verify'],
    },
    {
      key: 'workers',
      value: '<n>',
      kind: WORKERS,
      about: 'threads of the proof',
      default: 'all cores',
      commands: ['approxgen', 'build', 'verify'],
    },
    { key: 'json', kind: on, about: 'print one JSON document to standard output', commands: COMMANDS },
    { key: 'quiet', kind: on, about: 'no progress and no notes on standard error', commands: COMMANDS },
  ]),
]);
