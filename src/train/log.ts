import type { Score } from './loop.js';

/** One epoch of a run. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Of each batch before its update. */
  readonly train: Score;
  /** After the epoch. */
  readonly test: Score;
  readonly seconds: number;
  /** Results that were saturated in this epoch, in training and testing. */
  readonly overflows: number;
}

const COLUMNS = 'epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,overflows';

/** The log of a run: a header and one row per epoch. */
export function formatLog(epochs: readonly EpochRecord[]): string {
  const rows = epochs.map(({ epoch, train, test, seconds, overflows }) =>
    [epoch, train.loss, accuracy(train), test.loss, accuracy(test), seconds.toFixed(3), overflows].join(','),
  );
  return `${[COLUMNS, ...rows].join('\n')}\n`;
}

/** The share of samples that are classified right. */
export function accuracy({ hits, count }: Score): number {
  return hits / count;
}

/** `epoch  12/300   train 0.4321  95.12 %   test 0.5120  90.18 %   0.41 s   overflows 0   2 min 3 s left`. */
export function formatEpoch(record: EpochRecord, epochs: number, secondsLeft: number): string {
  const { epoch, train, test, seconds, overflows } = record;
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    formatScore('train', train),
    formatScore('test', test),
    `${seconds.toFixed(2)} s`,
    `overflows ${overflows}`,
    ...(epoch < epochs ? [`${formatDuration(secondsLeft)} left`] : []),
  ].join('   ');
}

function formatScore(name: string, score: Score): string {
  return `${name} ${score.loss.toFixed(4)} ${(100 * accuracy(score)).toFixed(2).padStart(6)} %`;
}

/** `41 s`, `2 min 3 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
