import { createProgress, type ProgressStream } from '../progress.js';

/** Shows how far a download is. */
export interface DownloadProgress {
  readonly update: (received: number, total: number | undefined) => void;
  /** Takes the bar away. */
  readonly stop: () => void;
}

/** A bar with rate and time left on a terminal, a line now and then elsewhere. */
export function createDownloadProgress(name: string, stream: ProgressStream): DownloadProgress {
  const progress = createProgress(stream);
  progress.begin(name, (done, perSecond) => [
    `${kilobytes(done)} kB, ${kilobytes(perSecond)} kB/s`,
    `${kilobytes(perSecond)} kB/s`,
  ]);
  return { update: progress.update, stop: progress.stop };
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);
