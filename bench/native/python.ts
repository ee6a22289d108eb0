import { runProgram } from './compile.js';

/** An interpreter that has certain modules, and their versions in that order. */
export interface Python {
  readonly command: string;
  readonly versions: readonly string[];
}

/** The second is the system's, whose packages a version manager's python3 before it on the path does not see. */
export const INTERPRETERS = ['python3', '/usr/bin/python3'] as const;

/** The first interpreter that can import all of these modules; undefined where none can. */
export async function pythonWith(...modules: readonly string[]): Promise<Python | undefined> {
  const program = `import ${modules.join(', ')}\n${modules.map((name) => `print(${name}.__version__)`).join('\n')}`;
  for (const command of INTERPRETERS) {
    const printed = await runProgram(command, ['-c', program]);
    if (printed !== undefined) return { command, versions: printed.trim().split('\n') };
  }
  return undefined;
}
