import type { Interval } from '../fixedpoint/interval.js';
import type { Expression, Secret, SecretProgram } from './secret-program.js';

/**
 * What a program means: its result for an input, on bigint. Every printed form must agree with it.
 *
 * @throws RangeError where a value leaves the interval in which it was said to lie
 */
export function runSecret({ input, statements, result }: SecretProgram, x: bigint): bigint {
  const values = new Map<Secret, bigint>();
  const valueOf = (secret: Secret): bigint => {
    const value = values.get(secret);
    if (value === undefined) throw new TypeError(`${secret.name} is used before it is assigned`);
    return value;
  };
  const sum = ({ constant, terms, interval }: Expression): bigint => {
    const total = terms.reduce((value, { secret, factor }) => value + factor * valueOf(secret), constant);
    return held(total, interval, 'a sum');
  };
  const assign = (to: Secret, value: bigint) => values.set(to, held(value, to.interval, to.name));
  assign(input, x);
  for (const line of statements) {
    switch (line.kind) {
      case 'note':
        break;
      case 'sum':
        assign(line.to, sum(line.value));
        break;
      case 'product':
        assign(line.to, valueOf(line.left) * valueOf(line.right));
        break;
      case 'atLeast':
        assign(line.to, valueOf(line.secret) >= line.bound ? 1n : 0n);
        break;
      case 'floor':
        assign(line.to, sum(line.value) >> BigInt(line.shift));
        break;
    }
  }
  return sum(result);
}

function held(value: bigint, { lo, hi }: Interval, name: string): bigint {
  if (value >= lo && value <= hi) return value;
  throw new RangeError(`${name} is ${value}, which is not in [${lo}, ${hi}]`);
}
