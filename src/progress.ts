import { SingleBar } from 'cli-progress';

/** Where progress is shown: a terminal gets a line that rewrites itself, anything else a line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** How quick something is, from steps done and steps a second: as long as there is room for, and shorter forms. */
export type DetailOf = (done: number, perSecond: number) => readonly string[];

export interface Progress {
  /**
   * Begins something that takes time.
   *
   * @param label what is done: `proving tanh_q8_24`
   * @param detailOf what to say of how quick it is
   */
  begin(label: string, detailOf?: DetailOf): void;
  /** Says how many steps are done, and of how many where that is known. Cheap enough to be called thousands of times a second. */
  update(done: number, total?: number): void;
  /** Takes the line away. */
  stop(): void;
}

export const SILENT: Progress = { begin: () => {}, update: () => {}, stop: () => {} };

/** How something stands. */
export interface Standing {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  /** Since it began. */
  readonly seconds: number;
  /** Forms of one fact, the longest first. */
  readonly details: readonly string[];
}

/** What is no terminal gets its first line after so many seconds, and another every so many. */
const FIRST_LINE = 1;
const LINE_EVERY = 10;
/** Something new is told of once the last line is so many seconds old. */
const NEXT_LINE = 3;
const REDRAW_MS = 100;
const DEFAULT_COLUMNS = 80;

/** Milliseconds of a clock, and something that happens again and again while the thread is free. */
export interface Clock {
  now(): number;
  /** Gives back what ends it; never keeps the process alive. */
  every(milliseconds: number, action: () => void): () => void;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  every(milliseconds, action) {
    const timer = setInterval(action, milliseconds).unref();
    return () => clearInterval(timer);
  },
};

/** The one way in which long work shows itself. Nothing else may write to the stream between `begin` and `stop`. */
export function createProgress(stream: ProgressStream, clock: Clock = CLOCK): Progress {
  const isTerminal = stream.isTTY === true;
  let label = '';
  let detailOf: DetailOf = () => [];
  let began = clock.now();
  let [done, total] = [0, undefined as number | undefined];
  let due = began + 1000 * FIRST_LINE;
  let hasSpoken = false;
  let bar: SingleBar | undefined;
  let endTimer: (() => void) | undefined;

  const standing = (): Standing => {
    const seconds = (clock.now() - began) / 1000;
    return { label, done, total, seconds, details: detailOf(done, done / Math.max(seconds, 1e-3)) };
  };
  const draw = (): void => {
    const now = clock.now();
    if (!isTerminal) {
      due = now + 1000 * LINE_EVERY;
      hasSpoken = true;
      stream.write(`${lineOf(standing(), undefined)}\n`);
      return;
    }
    due = now + REDRAW_MS;
    if (bar) return bar.update(done);
    bar = new SingleBar({
      stream: stream as NodeJS.WriteStream,
      clearOnComplete: true,
      // A process that is killed would leave the terminal without a cursor, or without its wrapping of lines.
      hideCursor: false,
      linewrap: true,
      format: () => lineOf(standing(), stream.columns ?? DEFAULT_COLUMNS),
    });
    bar.start(1, 0);
  };
  const drawIfDue = (): void => {
    if (label !== '' && clock.now() >= due) draw();
  };
  const stop = (): void => {
    bar?.stop();
    endTimer?.();
    [bar, endTimer, label] = [undefined, undefined, ''];
  };

  return {
    begin(what, how = () => []) {
      stop();
      [label, detailOf, began, done, total] = [what, how, clock.now(), 0, undefined];
      endTimer = clock.every(REDRAW_MS, drawIfDue);
      if (isTerminal) draw();
      else if (hasSpoken) due -= 1000 * (LINE_EVERY - NEXT_LINE);
    },
    update(steps, of) {
      [done, total] = [steps, of];
      drawIfDue();
    },
    stop,
  };
}

const WIDEST_BAR = 40;
const NARROWEST_BAR = 5;

/**
 * What is shown, in at most so many columns: the bar grows shorter first, then goes, then how quick it is, then the
 * label's end. Without a number of columns no bar is drawn.
 */
export function lineOf(
  { label, done, total, seconds, details }: Standing,
  columns: number | undefined,
): string {
  const part = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
  const percent = part === undefined ? '' : `${Math.floor(100 * part)} %`;
  const left =
    part === undefined || part === 0
      ? `${duration(seconds)} so far`
      : `${duration((seconds * (1 - part)) / part)} left`;
  const factsWith = (detail: string): readonly string[] =>
    [percent, detail, left].filter((fact) => fact !== '');
  const forms = details.length > 0 ? details : [''];
  if (columns === undefined) return `${label}: ${factsWith(forms[0]).join(', ')}`;
  // The last column stays free: some terminals wrap there.
  const room = columns - 1;
  if (part !== undefined) {
    for (const detail of forms) {
      const text = factsWith(detail).join('  ');
      const spare = room - label.length - text.length - 4;
      if (spare >= NARROWEST_BAR) return `${label}  ${barOf(part, Math.min(WIDEST_BAR, spare))}  ${text}`;
    }
  }
  for (const facts of [...forms.map(factsWith), factsWith(''), [percent || left]]) {
    const line = [label, ...facts].join('  ');
    if (line.length <= room) return line;
  }
  const short = percent || left;
  return `${label.slice(0, Math.max(0, room - short.length - 3))}…  ${short}`.slice(0, room);
}

function barOf(part: number, width: number): string {
  const full = Math.round(part * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** `8 s`, `3 min 5 s`, `2 h 10 min` */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
