import type { DetailOf, Progress } from '../progress.js';
import { onPulse } from '../pulse.js';

/** What a command is at, shown as progress: a search, of which nobody knows how much is left, or something counted. */
export interface Stages {
  /** Polynomials are tried from here on. */
  search(label: string): void;
  /** Inputs are run from here on. */
  proof(label: string): void;
  /** Something else is done from here on, step by step where `unit` says what a step is. */
  other(label: string, unit?: string): void;
  /** How much of it is done. */
  readonly onProgress: (done: number, total: number) => void;
  /** Takes the line away, until something else begins. */
  hide(): void;
  /** Takes the line away, and listens no more. */
  stop(): void;
}

/** Listens to the pulse of this thread until it is stopped. */
export function showStages(progress: Progress): Stages {
  let isSearch = false;
  let [done, total] = [0, undefined as number | undefined];
  const begin = (label: string, detailOf?: DetailOf): void => {
    [isSearch, done, total] = [detailOf === polynomialsTried, 0, undefined];
    progress.begin(label, detailOf);
  };
  const endPulse = onPulse(() => {
    if (isSearch) done++;
    progress.update(done, total);
  });
  return {
    search: (label) => begin(label, polynomialsTried),
    proof: (label) => begin(label, inputRate),
    other: (label, unit) =>
      begin(
        label,
        unit === undefined
          ? undefined
          : (_, perSecond) => [`${perSecond.toFixed(1)} ${unit}/s`, `${perSecond.toFixed(1)}/s`],
      ),
    onProgress(now, of) {
      [done, total] = [now, of];
      progress.update(done, total);
    },
    hide: () => progress.stop(),
    stop() {
      endPulse();
      progress.stop();
    },
  };
}

const polynomialsTried: DetailOf = (done) => [`${done} polynomials tried`, `${done} tried`];

/** Nothing before the first inputs are run: workers are starting. */
const inputRate: DetailOf = (done, perSecond) =>
  done === 0 ? [] : [`${thousands(perSecond)} inputs/s`, `${thousands(perSecond)}/s`];

function thousands(count: number): string {
  if (count < 1e3) return count.toFixed(0);
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} k` : `${(count / 1e6).toFixed(0)} M`;
}
