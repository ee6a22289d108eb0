import { operandsOf, type Program, type Value } from './program.js';

/** Where a declared value is kept: in a variable of its own, or in one whose value is not needed any more. */
export interface Variable {
  readonly name: string;
  readonly declares: boolean;
}

const familyOf = (name: string) => name.replace(/\d+$/, '');

/**
 * Keeps values in few variables, for machines whose stack is small: `y3`, `y2` and so on become one `y`, and
 * beyond a number of variables any that is free is taken.
 *
 * @param declared the values that are not written where they are used, in order
 */
export function variablesOf(
  program: Program,
  declared: readonly Value[],
  most: number,
): ReadonlyMap<Value, Variable> {
  const last = lastUses(program, declared);
  const variables = new Map<Value, Variable>();
  const free: string[] = [];
  let count = 0;
  declared.forEach((value, i) => {
    for (const earlier of declared.slice(0, i)) {
      if (last.get(earlier) === i) free.push(variables.get(earlier)?.name ?? '');
    }
    const family = familyOf(value.name);
    const kin = free.indexOf(family);
    const at = kin >= 0 ? kin : count >= most ? free.length - 1 : -1;
    if (at >= 0) {
      variables.set(value, { name: free.splice(at, 1)[0], declares: false });
      return;
    }
    count++;
    const taken = [...variables.values()].some(({ name }) => name === family);
    variables.set(value, { name: taken ? value.name : family, declares: true });
  });
  return variables;
}

/** The last of the declared values that needs each, by its place; what is inside an expression counts as there. */
function lastUses({ statements, result }: Program, declared: readonly Value[]): ReadonlyMap<Value, number> {
  const places = new Map(declared.map((value, i) => [value, i]));
  const last = new Map<Value, number>();
  const use = (value: Value, place: number): void => {
    last.set(value, Math.max(last.get(value) ?? 0, place));
    if (!places.has(value)) operandsOf(value).forEach((operand) => use(operand, place));
  };
  for (const value of statements) {
    const place = places.get(value);
    if (place !== undefined) operandsOf(value).forEach((operand) => use(operand, place));
  }
  use(result, declared.length);
  return last;
}
