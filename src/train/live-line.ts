import cliProgress from 'cli-progress';

/** The line within an epoch: how many batches are done. */
export interface LiveLine {
  start(epoch: number, epochs: number, batches: number): void;
  update(batch: number, loss: number): void;
  stop(): void;
}

const SILENT: LiveLine = { start: () => {}, update: () => {}, stop: () => {} };

/** A line that rewrites itself where `stream` is a terminal, and nothing elsewhere. */
export function createLiveLine(stream: NodeJS.WriteStream): LiveLine {
  if (!stream.isTTY) return SILENT;
  const bar = new cliProgress.SingleBar({
    stream,
    clearOnComplete: true,
    hideCursor: true,
    format: 'epoch {epoch}/{epochs} {bar} batch {value}/{total}, loss {loss}',
  });
  return {
    start: (epoch, epochs, batches) => bar.start(batches, 0, { epoch, epochs, loss: '…' }),
    update: (batch, loss) => bar.update(batch, { loss: loss.toFixed(4) }),
    stop: () => bar.stop(),
  };
}
