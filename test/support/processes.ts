import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { LIMIT_VARIABLE, processSeconds, toMilliseconds } from './limits.js';

/*
 * Every child process of a test is started here, and held to one limit of time.
 */

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: NodeJS.ProcessEnv;
}

/** How a process ended, and what it wrote. */
export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bytes that a process may write. */
const MOST = 2 ** 30;
/** Characters of output that an error shows, of its end. */
const SHOWN = 4000;

/** Runs a process to its end. @throws Error where it can't be started, or is killed after the limit */
export function runSync(command: string, args: readonly string[], options: RunOptions = {}): Ran {
  const seconds = processSeconds();
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    ...options,
    maxBuffer: MOST,
    timeout: toMilliseconds(seconds),
    killSignal: 'SIGKILL',
  });
  const ran = { status, signal, stdout, stderr: stderr?.toString() };
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  // EPIPE: it ended before it had read its input.
  if (!error || code === 'EPIPE') return ran;
  throw code === 'ETIMEDOUT' ? killed(seconds, command, args, ran) : notStarted(command, error);
}

/**
 * The same, while other things go on.
 *
 * @param watch sees the process, and all that it has written to standard output so far, whenever it writes
 */
export function run(
  command: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions = {},
  watch?: (stdout: string, child: ChildProcessWithoutNullStreams) => void,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const seconds = processSeconds();
    const child = spawn(command, args, options);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    const ran = (): Omit<Ran, 'status' | 'signal'> => ({
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr).toString(),
    });
    // What it started itself may hold its output open: nothing waits for that.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
      reject(killed(seconds, command, args, ran()));
    }, toMilliseconds(seconds));
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      watch?.(Buffer.concat(stdout).toString(), child);
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(notStarted(command, error));
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal, ...ran() });
    });
    // A process that fails early does not read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What a process that has to end well writes to standard output. @throws Error with what it said where it fails */
export const outputOf = (command: string, args: readonly string[], options: RunOptions = {}): Buffer =>
  successful(command, args, runSync(command, args, options));

/** The same, while other things go on. */
export const outputLater = async (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> => successful(command, args, await run(command, args, options));

function successful(command: string, args: readonly string[], ran: Ran): Buffer {
  if (ran.status === 0) return ran.stdout;
  throw new Error(`${lineOf(command, args)} ended with ${ran.status ?? ran.signal}:\n${said(ran)}`);
}

function killed(
  seconds: number,
  command: string,
  args: readonly string[],
  ran: Pick<Ran, 'stdout' | 'stderr'>,
): Error {
  return new Error(
    `killed after ${seconds} s (${LIMIT_VARIABLE} sets another limit): ${lineOf(command, args)}\nits output so far:\n${said(ran)}`,
  );
}

const notStarted = (command: string, error: Error) =>
  new Error(`${command} can't be started: ${error.message}`, { cause: error });

const said = ({ stdout, stderr }: Pick<Ran, 'stdout' | 'stderr'>): string =>
  [stdout?.toString(), stderr].map((text) => text?.slice(-SHOWN)).join('');

/** The command as one types it, programs given as an argument cut short. */
const lineOf = (command: string, args: readonly string[]): string =>
  [command, ...args.map((arg) => (arg.length > 200 ? `${arg.slice(0, 200)} …` : arg))].join(' ');
