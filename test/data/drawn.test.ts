import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Split } from '../../src/data/dataset.js';
import { drawDataset } from '../../src/data/drawn.js';
import { nearestNeighbourAccuracy, ridgeAccuracy, softmaxAccuracy } from './classifiers.js';

const dataset = drawDataset(1);

/** Of the gray values in thousandths (16 bits) and the labels. */
function checksum({ pixels, labels }: Split): number {
  return crc32(
    labels,
    crc32(new Uint8Array(Int16Array.from(pixels, (value) => Math.round(value * 1000)).buffer)),
  );
}

/** The pixels of a sample as a string. */
function key(split: Split, sample: number): string {
  return Buffer.from(split.pixels.slice(sample * 256, sample * 256 + 256).buffer).toString('latin1');
}

describe('drawn digits', () => {
  it('are the same on every machine', () => {
    expect([dataset.train, dataset.test].map(checksum)).toEqual([1034323531, 944984333]);
    const other = drawDataset(2 ** 32 - 1);
    expect([other.train, other.test].map(checksum)).toEqual([831634796, 2257875262]);
  });

  it.each(['train', 'test'] as const)('have the shape, scale and frequencies of USPS: %s', (part) => {
    const { pixels, labels, count } = dataset[part];
    expect(count).toBe({ train: 7291, test: 2007 }[part]);
    expect(labels).toHaveLength(count);
    expect(pixels).toHaveLength(count * 256);
    const zeros = labels.filter((digit) => digit === 0).length / count;
    const fives = labels.filter((digit) => digit === 5).length / count;
    expect(zeros).toBeGreaterThan(0.15);
    expect(fives).toBeGreaterThan(0.07);
    expect(fives).toBeLessThan(0.09);
    expect(new Set(labels.subarray(0, 100)).size).toBe(10); // mixed
    const odd = pixels.findIndex(
      (value) => !(value >= -1 && value <= 1) || Number(value.toFixed(3)) !== value,
    );
    expect(odd).toBe(-1);
    expect(pixels.some((value) => Object.is(value, -0))).toBe(false);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(Math.abs(mean + 0.49)).toBeLessThan(0.1); // USPS: −0.491
    const paper = pixels.filter((value) => value === -1).length / pixels.length;
    expect(paper).toBeGreaterThan(0.4); // USPS: 0.59
    expect(paper).toBeLessThan(0.7);
  });

  it('fill the height of the image and are not all in one place', () => {
    const { pixels, count } = dataset.train;
    let rows = 0;
    for (let sample = 0; sample < count; sample++) {
      for (let row = 0; row < 16; row++) {
        const start = sample * 256 + row * 16;
        if (pixels.subarray(start, start + 16).some((value) => value > 0)) rows++;
      }
    }
    expect(rows / count).toBeGreaterThan(12);
    expect(rows / count).toBeLessThan(15.5);
  });

  it('do not show test digits in training', () => {
    const seen = new Set(
      Array.from({ length: dataset.train.count }, (_, sample) => key(dataset.train, sample)),
    );
    expect(seen.size).toBe(dataset.train.count);
    for (let sample = 0; sample < dataset.test.count; sample++) {
      expect(seen.has(key(dataset.test, sample))).toBe(false);
    }
  });

  it('are more than a linear classifier can tell apart, but can be learnt', () => {
    const ridge = ridgeAccuracy(dataset.train, dataset.test);
    const softmax = softmaxAccuracy(dataset.train, dataset.test, 10, 0.01);
    const nearest = nearestNeighbourAccuracy(dataset.train, dataset.test, 400);
    const figures = `ridge ${ridge}, softmax ${softmax}, 1-NN ${nearest}`;
    expect(ridge, figures).toBeLessThan(0.9);
    expect(softmax, figures).toBeLessThan(0.95);
    expect(Math.min(ridge, softmax), figures).toBeGreaterThan(0.75);
    expect(nearest, figures).toBeGreaterThan(Math.max(ridge, softmax) + 0.02);
  });
});
