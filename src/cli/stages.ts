import type { Progress } from '../progress.js';
import { onPulse } from '../pulse.js';

/** What a command is at, shown as progress: a search, of which nobody knows how much is left, or something counted. */
export interface Stages {
  /** Polynomials are tried from here on. */
  search(label: string): void;
  /** Inputs are run from here on. */
  proof(label: string): void;
  /** Something else is done from here on. */
  other(label: string): void;
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
  const begin = (label: string, detailOf?: (done: number, perSecond: number) => string): void => {
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
    other: (label) => begin(label),
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

const polynomialsTried = (done: number): string => `${done} polynomials tried`;

function inputRate(_: number, perSecond: number): string {
  if (perSecond < 1e3) return `${perSecond.toFixed(0)} inputs/s`;
  return perSecond < 1e6
    ? `${(perSecond / 1e3).toFixed(0)} k inputs/s`
    : `${(perSecond / 1e6).toFixed(0)} M inputs/s`;
}
