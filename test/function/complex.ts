/** A complex number as real and imaginary part. */
export type Complex = readonly [number, number];

export function multiply([a, b]: Complex, [c, d]: Complex): Complex {
  return [a * c - b * d, a * d + b * c];
}

export function divide([a, b]: Complex, [c, d]: Complex): Complex {
  const square = c * c + d * d;
  return [(a * c + b * d) / square, (b * c - a * d) / square];
}

export function exp([a, b]: Complex): Complex {
  return [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)];
}

/** The principal branch. */
export function log([a, b]: Complex): Complex {
  return [Math.log(Math.hypot(a, b)), Math.atan2(b, a)];
}

/** The principal branch. */
export function sqrt(z: Complex): Complex {
  const [a, b] = log(z);
  return exp([a / 2, b / 2]);
}
