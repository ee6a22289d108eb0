/** A point that the pen passes, and whether it turns there sharply. Digits are about 1 high and up to 0.75 wide. */
interface PenPoint {
  /** To the right. */
  readonly x: number;
  /** Downwards. */
  readonly y: number;
  readonly corner: boolean;
}

/** The points from pen down to pen up. */
export type Stroke = readonly PenPoint[];

/** One way to write a digit. */
export interface Style {
  /** How often it is chosen, against the other styles of the same digit. */
  readonly weight: number;
  readonly strokes: readonly Stroke[];
}

/** The styles of each digit, 0 to 9. Points are in hundredths, `x,y`; `!` marks a corner. */
export const DIGIT_STYLES: readonly (readonly Style[])[] = [
  [
    style(4, '38,2 12,18 2,50 12,84 36,99 60,84 70,50 60,16 38,2 26,6'),
    style(3, '60,10 36,0 10,20 2,55 14,90 38,100 62,80 68,45 56,12 40,6'),
    style(3, '30,0 8,25 2,60 14,94 30,100 46,80 50,45 42,10 28,1'),
  ],
  [
    style(6, '20,0 19,33 18,66 17,100'),
    style(3, '0,26 12,14 25,0! 25,50 24,100'),
    style(1, '4,22 14,12 26,0! 26,50 26,99', '4,100 26,99 50,99'),
  ],
  [
    style(4, '5,22 18,5 40,0 60,10 62,30 45,58 20,82 2,98! 30,97 70,96'),
    style(3, '4,20 20,3 45,2 60,20 50,50 30,78 10,95 3,85 15,78 35,92 55,100 75,90'),
    style(2, '4,10 30,0 56,6 56,20 32,55 2,97! 35,99 66,94'),
  ],
  [
    style(4, '6,14 30,0 55,10 54,32 26,46! 58,56 64,78 42,99 14,97 0,85'),
    style(1, '5,3 35,2 60,2! 30,40! 58,50 64,78 40,100 5,90'),
    style(3, '4,12 32,0 54,12 48,34 26,48 18,44 28,41 55,54 60,80 35,100 2,90'),
  ],
  [
    style(4, '8,0 4,30 2,58! 30,58 68,52', '50,6 48,50 44,100'),
    style(2, '50,0 25,33 0,66! 35,66 72,65', '50,0 50,50 50,100'),
    style(2, '40,0 20,30 2,60! 30,62 72,56', '56,22 52,62 46,100'),
    style(2, '6,2 2,34 14,52 34,50 56,34! 60,2! 54,50 50,100'),
  ],
  [
    style(3, '12,2 10,20 6,42! 30,36 56,48 62,74 42,96 16,100 0,88', '12,2 35,2 64,0'),
    style(3, '64,2 36,4 16,6! 10,40! 36,38 58,58 54,85 30,100 2,92'),
    style(2, '64,0 30,4 12,20 20,42 45,52 56,74 40,96 4,98'),
  ],
  [
    style(4, '50,0 26,20 8,48 4,78 22,99 48,95 58,72 42,54 20,60 7,78'),
    style(3, '20,0 8,35 3,70 18,98 44,96 54,76 40,60 18,66 6,82'),
    style(2, '62,10 42,0 18,20 4,55 14,90 38,100 58,84 52,62 30,54 10,70'),
  ],
  [
    style(4, '0,6 30,4 62,2! 42,45 26,100'),
    style(2, '0,6 30,4 62,2! 44,45 28,100', '14,52 34,49 60,46'),
    style(2, '2,24 4,5! 30,7 62,3! 44,40 34,70 30,100'),
    style(2, '0,10 25,0 50,4 58,16 40,55 26,100'),
  ],
  [
    style(4, '56,12 34,0 10,14 16,36 36,50 58,68 54,92 30,100 6,88 10,66 34,48 54,30 58,14 50,6'),
    style(2, '32,0 10,12 12,36 32,46 52,34 54,12 32,0', '32,46 6,62 6,88 32,100 60,88 58,62 32,46'),
    style(3, '62,6 30,2 10,18 30,42 54,68 46,94 20,98 6,80 26,54 50,30 62,6'),
  ],
  [
    style(4, '56,16 36,0 10,12 4,34 24,48 48,38 58,14! 55,50 50,100'),
    style(2, '56,16 36,0 10,12 4,34 24,48 48,38 58,14 58,50 48,85 22,100 4,92'),
    style(3, '50,6 22,2 3,24 16,46 42,36 52,8 46,40 34,72 20,100'),
  ],
];

function style(weight: number, ...strokes: readonly string[]): Style {
  return { weight, strokes: strokes.map(parseStroke) };
}

function parseStroke(text: string): Stroke {
  return text.split(' ').map((word) => {
    const corner = word.endsWith('!');
    const [x, y] = (corner ? word.slice(0, -1) : word)
      .split(',')
      .map((hundredths) => Number(hundredths) / 100);
    return { x, y, corner };
  });
}
