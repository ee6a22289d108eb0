import { rewired } from './hardware-search.js';
import type { Program, Value } from './program.js';

/** Values without a name of their own are called after the next that has one, and what they are to it. */
export function withNames(program: Program): Program {
  const names = new Map<Value, string>();
  const taken = new Set(program.statements.map(({ name }) => name));
  let next = 'y';
  for (const value of program.statements.toReversed()) {
    if (value.about !== undefined) next = value.name;
    else {
      const wanted = `${next}_${PART_NAMES[value.operation.kind]}`;
      let name = wanted;
      for (let i = 2; taken.has(name); i++) name = `${wanted}${i}`;
      taken.add(name);
      names.set(value, name);
    }
  }
  return renamed(program, names);
}

const PART_NAMES: Readonly<Record<Value['operation']['kind'], string>> = {
  input: 'in',
  constant: 'constant',
  add: 'sum',
  subtract: 'difference',
  multiply: 'product',
  min: 'least',
  max: 'most',
  negate: 'negated',
  shiftLeft: 'shifted',
  shiftRight: 'shifted',
  shiftLeftBy: 'shifted',
  shiftRightBy: 'shifted',
  lowBits: 'low',
  compare: 'test',
  and: 'both',
  select: 'choice',
  bitLength: 'length',
  element: 'entry',
  search: 'count',
};

function renamed(program: Program, names: ReadonlyMap<Value, string>): Program {
  const replaced = new Map<Value, Value>();
  const at = (value: Value) => replaced.get(value) ?? value;
  const statements = program.statements.map((value) => {
    const name = names.get(value) ?? value.name;
    const copy = { ...value, name, operation: rewired(value.operation, at) };
    replaced.set(value, copy);
    return copy;
  });
  return { ...program, statements, result: at(program.result) };
}
