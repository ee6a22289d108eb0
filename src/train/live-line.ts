import { createProgress } from '../progress.js';

/** The line within an epoch: how many batches are done. */
export interface LiveLine {
  start(epoch: number, epochs: number): void;
  update(batch: number, batches: number, loss: number): void;
  stop(): void;
}

/** A line that rewrites itself where `stream` is a terminal, and nothing elsewhere: epochs have lines of their own. */
export function createLiveLine(stream: NodeJS.WriteStream): LiveLine {
  if (!stream.isTTY) return { start: () => {}, update: () => {}, stop: () => {} };
  const progress = createProgress(stream);
  let last = 0;
  return {
    start: (epoch, epochs) => progress.begin(`epoch ${epoch}/${epochs}`, () => [`loss ${last.toFixed(4)}`]),
    update(batch, batches, loss) {
      last = loss;
      progress.update(batch, batches);
    },
    stop: progress.stop,
  };
}
