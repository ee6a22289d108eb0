import { pythonWith } from '../../bench/native/python.js';
import { outputLater, outputOf } from './processes.js';

/** The interpreter of the tests: one that has what any of them asks for, or else the first on the path. */
export const PYTHON = (await pythonWith('numpy', 'mpmath'))?.command ?? 'python3';

/** What a program prints. @throws Error with what it said where it fails */
export const runPython = (
  program: string,
  input: string | Uint8Array = '',
  args: readonly string[] = [],
): Buffer => outputOf(PYTHON, ['-c', program, ...args], { input });

/** The same, while other things go on. */
export const python = async (program: string, input: string): Promise<string> =>
  (await outputLater(PYTHON, ['-c', program], { input })).toString();
