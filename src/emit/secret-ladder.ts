import { joinIntervals } from '../fixedpoint/interval.js';
import { constant, plus, times, within, type Expression, type SecretWriter } from './secret-program.js';

/** Where a step function of a secret changes, in order: at `from` and beyond, until the next one. */
export interface Ladder {
  readonly subject: Expression;
  readonly froms: readonly bigint[];
  /** What its indicators are called. */
  readonly name: string;
}

/**
 * The step function that is values[0] below the first place, values[1] from there on, and so on: the values'
 * differences, each times the indicator of its place. Places where nothing changes cost nothing.
 */
export function stepsOf(
  writer: SecretWriter,
  { subject, froms, name }: Ladder,
  values: readonly bigint[],
): Expression {
  const changes = froms.flatMap((from, i) => {
    const change = values[i + 1] - values[i];
    return change === 0n ? [] : [times(writer.atLeast(subject, from, name), change)];
  });
  const hull = values.map((value) => constant(value).interval).reduce(joinIntervals);
  return within(plus(constant(values[0]), ...changes), hull);
}
