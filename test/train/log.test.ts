import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameRunFiles } from '../../src/train/files.js';
import { formatDuration, formatEpoch, formatLog, type EpochRecord } from '../../src/train/log.js';

const RECORD: EpochRecord = {
  epoch: 7,
  train: { loss: 0.25, hits: 150, count: 200 },
  test: { loss: 0.5, hits: 9, count: 10 },
  seconds: 1.23456,
  overflows: 3,
};

describe('the log', () => {
  it('has a row per epoch', () => {
    expect(formatLog([RECORD])).toBe(
      'epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds,overflows\n7,0.25,0.75,0.5,0.9,1.235,3\n',
    );
  });

  it('says on a line how far the run is', () => {
    expect(formatEpoch(RECORD, 300, 125)).toBe(
      'epoch   7/300   train 0.2500  75.00 %   test 0.5000  90.00 %   1.23 s   overflows 3   2 min 5 s left',
    );
    expect(formatEpoch(RECORD, 7, 0)).not.toContain('left');
  });

  it.each([
    [0, '0 s'],
    [59.2, '1 min 0 s'],
    [3599.5, '1 h 0 min'],
    [7380, '2 h 3 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('the files of a run', () => {
  it('are named by the time, and never overwrite an earlier run', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'approxgen-files-'));
    const now = new Date(Date.UTC(2030, 0, 31, 12, 34, 56));
    expect(nameRunFiles(directory, now).parameters).toBe(join(directory, '2030-01-31T12-34-56.npz'));
    await writeFile(join(directory, '2030-01-31T12-34-56.csv'), '');
    expect(nameRunFiles(directory, now).log).toBe(join(directory, '2030-01-31T12-34-56-2.csv'));
    await rm(directory, { recursive: true });
  });
});
