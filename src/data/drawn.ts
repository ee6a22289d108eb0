import { flattenStroke, inkLines, type Polyline } from './pen.js';
import { createRandomStream, type RandomStream } from './random.js';
import { PIXELS, SIDE, type Dataset, type Split } from './split.js';
import { DIGIT_STYLES, type Stroke, type Style } from './strokes.js';

/** How often each digit 0 to 9 occurs in the published USPS. */
const TRAIN_COUNTS = [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644];
const TEST_COUNTS = [359, 264, 198, 166, 200, 160, 170, 147, 166, 177];

/** What a hand does differently each time. Chosen by eye, against a sheet of USPS digits. */
const HAND = {
  /** Standard deviation of each point of a stroke is a third of this; in digit heights. */
  jitter: 0.07,
  /** Sideways lean over the height of the digit; most people lean to the right. */
  leanMean: 0.12,
  lean: 0.5,
  /** Tangent of half the angle of rotation. */
  halfTurn: 0.15,
  /** How far the middle moves up or down against the ends: the sizes of upper and lower loops. */
  waist: 0.4,
  /** Bending of the vertical axis. */
  bend: 0.5,
  aspect: [0.55, 1.6],
  /** Height from the first to the last row of the pen's middle, in pixels. */
  height: [10, 14.4],
  widest: 14.4,
  /** The middle of the digit is this far from the middle of the image, in pixels. */
  offset: 1.8,
  radius: [0.3, 1],
  softness: [0.65, 1.1],
  /** Part of its ink that a pixel shares with its neighbours. */
  blur: 0.25,
  /** Darkness of a full line. */
  ink: [0.95, 1.4],
  /** Where a pixel has some ink, its gray value is off by up to this. */
  noise: 0.15,
} as const;

/**
 * Draws digits with a simulated pen: as many samples of each digit as in USPS, 16 × 16 gray values with three
 * decimals. The result is the same on every machine: it rests on integers and the exactly defined operations
 * + − × ÷ √ only.
 *
 * @param seed whole, 0 to 2^32 − 1; the seed of the training digits, from which that of the test digits is derived
 */
export function drawDataset(seed: number): Dataset {
  return {
    name: `drawn digits (seed ${seed})`,
    train: drawSplit(TRAIN_COUNTS, createRandomStream(seed)),
    test: drawSplit(TEST_COUNTS, createRandomStream((seed ^ 0x7e57) >>> 0)),
    note: 'these digits are drawn by a program; accuracy on them says nothing about USPS. To get USPS: npm run data',
  };
}

/** Draws `counts[digit]` samples of each digit, in random order. */
function drawSplit(counts: readonly number[], random: RandomStream): Split {
  const labels = shuffledLabels(counts, random);
  const pixels = new Float64Array(labels.length * PIXELS);
  const ink = new Float64Array(PIXELS);
  const blurred = new Float64Array(PIXELS);
  labels.forEach((digit, sample) => {
    const lines = writeDigit(digit, random);
    const pen = { radius: random.between(...HAND.radius), softness: random.between(...HAND.softness) };
    inkLines(lines, pen, ink);
    blur(ink, random.between(0, HAND.blur), blurred);
    expose(blurred, random, pixels.subarray(sample * PIXELS, (sample + 1) * PIXELS));
  });
  return { pixels, labels, count: labels.length };
}

function shuffledLabels(counts: readonly number[], random: RandomStream): Uint8Array {
  const labels = Uint8Array.from(counts.flatMap((count, digit) => Array<number>(count).fill(digit)));
  for (let last = labels.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const label = labels[last];
    labels[last] = labels[other];
    labels[other] = label;
  }
  return labels;
}

/** The lines of a digit, in pixels. */
function writeDigit(digit: number, random: RandomStream): Polyline[] {
  const strokes = chooseStyle(DIGIT_STYLES[digit], random).strokes;
  const lean = HAND.leanMean + HAND.lean * random.bell();
  const waist = HAND.waist * random.bell();
  const bend = HAND.bend * random.bell();
  const aspect = random.between(...HAND.aspect);
  const halfTurn = HAND.halfTurn * random.bell();
  const cosine = (1 - halfTurn * halfTurn) / (1 + halfTurn * halfTurn);
  const sine = (2 * halfTurn) / (1 + halfTurn * halfTurn);
  const moved = strokes.map((stroke): Stroke =>
    stroke.map((point) => {
      const height = point.y + HAND.jitter * random.bell() - 0.5;
      const y = height + waist * (0.25 - height * height);
      const x = aspect * (point.x + HAND.jitter * random.bell()) - lean * y + bend * y * y;
      return { x: cosine * x - sine * y, y: sine * x + cosine * y, corner: point.corner };
    }),
  );
  return fitImage(moved.map(flattenStroke), random);
}

function chooseStyle(styles: readonly Style[], random: RandomStream): Style {
  let left = random.below(styles.reduce((sum, style) => sum + style.weight, 0));
  return styles.find((style) => (left -= style.weight) < 0) ?? styles[0];
}

/** Scales lines to the height of the image, or to its width where they are wide, and places them near its middle. */
function fitImage(lines: readonly Polyline[], random: RandomStream): Polyline[] {
  const [left, right] = extent(lines, 0);
  const [top, bottom] = extent(lines, 1);
  const yScale = random.between(...HAND.height) / (bottom - top);
  const xScale = Math.min(yScale, HAND.widest / (right - left));
  const middle = (SIDE - 1) / 2;
  const xShift = middle + HAND.offset * random.bell() - (xScale * (left + right)) / 2;
  const yShift = middle + HAND.offset * random.bell() - (yScale * (top + bottom)) / 2;
  return lines.map((line) =>
    line.map((value, index) => (index % 2 === 0 ? value * xScale + xShift : value * yScale + yShift)),
  );
}

function extent(lines: readonly Polyline[], axis: 0 | 1): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const line of lines) {
    for (let index = axis; index < line.length; index += 2) {
      if (line[index] < least) least = line[index];
      if (line[index] > most) most = line[index];
    }
  }
  return [least, most];
}

/** Mixes each pixel with the mean of its four neighbours; beyond the edge there is no ink. */
function blur(ink: Float64Array, part: number, blurred: Float64Array): void {
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const pixel = row * SIDE + column;
      const above = row > 0 ? ink[pixel - SIDE] : 0;
      const below = row < SIDE - 1 ? ink[pixel + SIDE] : 0;
      const before = column > 0 ? ink[pixel - 1] : 0;
      const after = column < SIDE - 1 ? ink[pixel + 1] : 0;
      blurred[pixel] = (1 - part) * ink[pixel] + (part * (above + below + before + after)) / 4;
    }
  }
}

/** Gray values with three decimals: −1 where there is no ink, noise where there is some. */
function expose(ink: Float64Array, random: RandomStream, gray: Float64Array): void {
  const darkness = random.between(...HAND.ink);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const value = ink[pixel] === 0 ? 0 : ink[pixel] * darkness * (1 + HAND.noise * random.bell());
    const clamped = value > 1 ? 1 : value;
    gray[pixel] = Math.round((2 * clamped - 1) * 1000) / 1000 + 0; // + 0 turns −0 into 0
  }
}
