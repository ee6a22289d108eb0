/** Names the variable that sets how many seconds a child process of a test may take. */
export const LIMIT_VARIABLE = 'APPROXGEN_TEST_TIMEOUT';

/** Seconds for a child process on a machine that has nothing else to do: several times what the longest takes. */
const GENEROUS = 600;
/** Slow tests run simulators for minutes. */
const SLOW = 6;
/** A test starts several processes one after the other. */
const PROCESSES_OF_A_TEST = 4;
/** The most that a timer takes, in milliseconds; more would end it at once. */
const LONGEST = 2 ** 31 - 1;

/** Seconds that a child process may take; vitest.config.ts sets the variable where nobody has. */
export const processSeconds = (): number => Number(process.env[LIMIT_VARIABLE] ?? GENEROUS);

export const toMilliseconds = (seconds: number): number => Math.min(LONGEST, 1000 * seconds);

/** Milliseconds of processor time by which it is told how much of a core there is. */
const SAMPLE = 60;

/** How many times as long work takes as a core works on it: 1 on an idle machine, 20 where 40 processes want two cores. */
export function contention(): number {
  const [start, used] = [performance.now(), process.cpuUsage()];
  let processor = 0;
  while (processor < SAMPLE) {
    const { user, system } = process.cpuUsage(used);
    processor = (user + system) / 1000;
  }
  return Math.max(1, (performance.now() - start) / processor);
}

/** What tests of one kind may take. */
export interface Limits {
  /** Seconds for a child process. */
  readonly processSeconds: number;
  /** Milliseconds for a test or a hook: only what never ends gets there, as a child process ends before. */
  readonly testTimeout: number;
}

/**
 * Limits that grow with how busy the machine is, or those that APPROXGEN_TEST_TIMEOUT sets.
 *
 * @throws RangeError where the variable is no positive number of seconds
 */
export function limitsFor(
  kind: 'fast' | 'slow',
  busy: number,
  asked: string | undefined = process.env[LIMIT_VARIABLE],
): Limits {
  const seconds = asked === undefined || asked === '' ? GENEROUS * busy : Number(asked);
  if (!(seconds > 0 && seconds < Infinity))
    throw new RangeError(`${LIMIT_VARIABLE} is "${asked}"; expected seconds, such as ${GENEROUS}`);
  const processSeconds = Math.ceil(kind === 'slow' ? SLOW * seconds : seconds);
  return { processSeconds, testTimeout: toMilliseconds(PROCESSES_OF_A_TEST * processSeconds) };
}
