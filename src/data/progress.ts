import cliProgress from 'cli-progress';

/** Shows how far a download is. */
export interface DownloadProgress {
  readonly update: (received: number, total: number | undefined) => void;
  /** Takes the bar away. */
  readonly stop: () => void;
}

/** A bar with rate and time left, or nothing where `stream` is not a terminal. */
export function createDownloadProgress(name: string, stream: NodeJS.WriteStream): DownloadProgress {
  if (!stream.isTTY) return { update: () => undefined, stop: () => undefined };
  const start = performance.now();
  const bar = new cliProgress.SingleBar({
    stream,
    clearOnComplete: true,
    hideCursor: true,
    format: (options, { value, total }, { name: shown }) => {
      const rate = value / Math.max(1e-3, (performance.now() - start) / 1000);
      const known = total > 0;
      const graph = known ? `${cliProgress.Format.BarFormat(value / total, options)} ` : '';
      const left = known ? `, ${Math.ceil((total - value) / Math.max(1, rate))} s left` : '';
      return `${String(shown)} ${graph}${kilobytes(value)} kB, ${kilobytes(rate)} kB/s${left}`;
    },
  });
  bar.start(0, 0, { name });
  return {
    update: (received, total) => {
      if (total !== undefined) bar.setTotal(total);
      bar.update(received);
    },
    stop: () => bar.stop(),
  };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
