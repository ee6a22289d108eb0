import { tokensOf, WORDS } from './ezpc-tokens.js';

/*
 * The part of EzPC that approxgen prints, as the plaintext back end runs it: int64 is a signed word whose
 * overflow is undefined (and so an error here), uint64 an unsigned one, >>> shifts zeros in. Labels are checked
 * as its type checker does.
 */

type Base = 'int32' | 'int64' | 'uint64' | 'bool';
type Label = 'pl' | 'al' | 'bl';
interface Type {
  readonly base: Base;
  readonly label: Label;
  readonly array: boolean;
}

type Value = bigint | bigint[];
type Frame = Map<string, Value>;
interface Typed {
  readonly type: Type;
  readonly run: (frame: Frame) => Value;
}
interface Routine {
  readonly parameters: readonly (readonly [string, Type])[];
  readonly returns: Type | undefined;
  readonly run: (args: readonly Value[]) => Value;
}

const typeOf = (base: Base, label: Label, array = false): Type => ({ base, label, array });
const show = ({ base, label, array }: Type) => `${base}_${label}${array ? '[]' : ''}`;

function held(value: bigint, base: Base): bigint {
  const bits = base === 'int32' ? 32 : 64;
  if (base === 'uint64') return BigInt.asUintN(64, value);
  if (BigInt.asIntN(bits, value) !== value) throw new RangeError(`${value} overflows ${base}`);
  return value;
}

/** What main prints for the inputs that it reads, its constant `count` set to their number. */
export function runEzpc(text: string, inputs: readonly bigint[]): readonly bigint[] {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (ahead = 0): string => tokens[at + ahead] ?? 'the end';
  const take = (): string => tokens[at++] ?? 'the end';
  const fail = (what: string): never => {
    throw new Error(`${what} near: ${tokens.slice(Math.max(0, at - 6), at + 4).join(' ')}`);
  };
  const want = (token: string): string => (take() === token ? token : fail(`expected ${token}`));
  const has = (token: string): boolean => peek() === token && take() === token;
  const name = (): string =>
    /^[A-Za-z]/.test(peek()) && !WORDS.has(peek()) ? take() : fail('expected a name');

  const globals = new Map<string, { readonly type: Type; readonly value: bigint }>();
  const routines = new Map<string, Routine>();
  const printed: bigint[] = [];
  const waiting = [...inputs].reverse();
  let scope = new Map<string, Type>();

  const declare = (variable: string, type: Type): void => {
    if (scope.has(variable) || routines.has(variable)) fail(`${variable} is declared twice`);
    scope.set(variable, type);
  };
  const lookUp = (variable: string): Typed => {
    const type = scope.get(variable);
    if (type) return { type, run: (frame) => frame.get(variable) ?? fail(`${variable} has no value`) };
    const global = globals.get(variable);
    return global ? { type: global.type, run: () => global.value } : fail(`${variable} is not declared`);
  };

  const parseType = (): Type => {
    const base = take();
    if (base !== 'int32' && base !== 'int64' && base !== 'uint64' && base !== 'bool')
      return fail('expected a type');
    want('_');
    const label = take();
    if (label !== 'pl' && label !== 'al' && label !== 'bl') return fail('expected a label');
    if (base === 'int32' && label !== 'pl') fail('secret int32 at bit length 64');
    const array = has('[');
    if (array) {
      expression();
      want(']');
    }
    return typeOf(base, label, array);
  };

  /** The label of an operation on two: a public operand takes the other's. */
  const joined = (a: Type, b: Type): Label =>
    a.label === 'pl' ? b.label : b.label === 'pl' || a.label === b.label ? a.label : fail('labels differ');
  const number = (value: Value): bigint => (typeof value === 'bigint' ? value : fail('an array in a sum'));
  const operation = (a: Typed, b: Typed, label: Label, run: (x: bigint, y: bigint) => bigint): Typed => {
    if (a.type.base !== b.type.base || a.type.base === 'bool') fail(`${show(a.type)} and ${show(b.type)}`);
    const { base } = a.type;
    return {
      type: typeOf(base, label),
      run: (frame) => held(run(number(a.run(frame)), number(b.run(frame))), base),
    };
  };

  const primary = (): Typed => {
    const token = peek();
    if (has('(')) {
      const inner = expression();
      want(')');
      return inner;
    }
    const sign = token === '-' && /^\d/.test(peek(1)) ? take() : '';
    const literal = /^(\d+)(u?L?)$/.exec(peek());
    if (literal) {
      take();
      const base = literal[2] === 'uL' ? 'uint64' : literal[2] === 'L' ? 'int64' : 'int32';
      const value = held(BigInt(`${sign}${literal[1]}`), base);
      return { type: typeOf(base, 'pl'), run: () => value };
    }
    const found = name();
    if (has('(')) return call(found);
    if (!has('[')) return lookUp(found);
    const array = lookUp(found);
    const index = expression();
    want(']');
    if (index.type.label !== 'pl' || !array.type.array) fail('not an element');
    return {
      type: { ...array.type, array: false },
      run: (frame) => (array.run(frame) as bigint[])[Number(number(index.run(frame)))],
    };
  };

  const call = (found: string): Typed => {
    const routine = routines.get(found) ?? fail(`${found} is not defined yet`);
    const args = routine.parameters.map(([, type], i) => {
      if (i > 0) want(',');
      return converted(expression(), type);
    });
    want(')');
    const type = routine.returns ?? typeOf('int32', 'pl');
    return { type, run: (frame) => routine.run(args.map((arg) => arg(frame))) };
  };

  const product = (): Typed => {
    let left = primary();
    while (has('*')) {
      const right = primary();
      const secret = left.type.label !== 'pl' || right.type.label !== 'pl';
      left = operation(left, right, secret ? 'al' : 'pl', (x, y) => x * y);
    }
    return left;
  };
  const sum = (): Typed => {
    let left = product();
    while (peek() === '+' || peek() === '-') {
      const sign = take() === '+' ? 1n : -1n;
      const right = product();
      left = operation(left, right, joined(left.type, right.type), (x, y) => x + sign * y);
    }
    return left;
  };
  const shift = (): Typed => {
    const left = sum();
    if (!has('>>>')) return left;
    const by = sum();
    if (by.type.label !== 'pl' || left.type.label === 'pl') fail('a shift of or by what it can not be');
    const { base } = left.type;
    const run = (frame: Frame) => {
      const shifted = BigInt.asUintN(64, number(left.run(frame))) >> number(by.run(frame));
      return base === 'int64' ? BigInt.asIntN(64, shifted) : shifted;
    };
    return { type: typeOf(base, 'bl'), run };
  };
  const comparison = (): Typed => {
    const left = shift();
    if (!has('>=')) return left;
    const right = shift();
    const compared = operation(left, right, 'bl', (x, y) => (x >= y ? 1n : 0n));
    return { ...compared, type: typeOf('bool', 'bl') };
  };
  const expression = (): Typed => {
    const condition = comparison();
    if (!has('?')) return condition;
    if (condition.type.base !== 'bool') fail('a choice by what is no truth value');
    const yes = expression();
    want(':');
    const no = expression();
    if (yes.type.base !== no.type.base) fail('arms of two types');
    const run = (frame: Frame) => (condition.run(frame) === 1n ? yes.run(frame) : no.run(frame));
    return { type: typeOf(yes.type.base, 'bl'), run };
  };

  /** A value as another type takes it: secrets change their sharing, and 64-bit integers their sign. */
  const converted = ({ type, run }: Typed, to: Type): ((frame: Frame) => Value) => {
    const words = ['int64', 'uint64'];
    const alike = type.base === to.base || (words.includes(type.base) && words.includes(to.base));
    if (!alike || type.array !== to.array || (type.array && type.label !== to.label))
      fail(`${show(type)} for ${show(to)}`);
    if (to.label === 'pl' && type.label !== 'pl') fail('a secret becomes public');
    if (type.base === to.base) return run;
    return (frame) =>
      to.base === 'int64' ? BigInt.asIntN(64, number(run(frame))) : BigInt.asUintN(64, number(run(frame)));
  };

  /** One statement; true where it returned. */
  type Step = (frame: Frame) => Value | undefined;
  const statement = (): Step => {
    if (has('return')) {
      const value = converted(expression(), returning ?? fail('nothing to return'));
      return (frame) => value(frame);
    }
    if (has('for')) return loop();
    if (has('input')) return input();
    if (has('output')) {
      want('(');
      want('ALL');
      want(',');
      const value = expression();
      want(')');
      return (frame) => void printed.push(...[value.run(frame)].flat());
    }
    if (WORDS.has(peek())) return declaration();
    if (peek(1) === '(') {
      const routine = name();
      want('(');
      const called = call(routine);
      return (frame) => void called.run(frame);
    }
    const array = lookUp(name());
    want('[');
    const index = expression();
    want(']');
    want('=');
    const value = converted(expression(), { ...array.type, array: false });
    return (frame) => {
      (array.run(frame) as bigint[])[Number(number(index.run(frame)))] = number(value(frame));
      return undefined;
    };
  };
  const declaration = (): Step => {
    const before = at;
    const type = parseType();
    const length = type.array ? lengthAt(before) : undefined;
    const variable = name();
    if (length) {
      declare(variable, type);
      return (frame) =>
        void frame.set(variable, new Array<bigint>(Number(number(length.run(frame)))).fill(0n));
    }
    want('=');
    const value = converted(expression(), type);
    declare(variable, type);
    return (frame) => void frame.set(variable, value(frame));
  };
  const lengthAt = (start: number): Typed => {
    const end = at;
    at = start + 4;
    const length = expression();
    at = end;
    return length;
  };
  const loop = (): Step => {
    const variable = name();
    want('=');
    want('[');
    const from = expression();
    want(':');
    const to = expression();
    want(']');
    want('{');
    const outer = scope;
    scope = new Map(outer);
    declare(variable, typeOf('int32', 'pl'));
    const body = block();
    scope = outer;
    return (frame) => {
      const end = number(to.run(frame));
      for (let i = number(from.run(frame)); i < end; i++) {
        frame.set(variable, i);
        body.forEach((step) => step(frame));
      }
      return undefined;
    };
  };
  const input = (): Step => {
    want('(');
    want('CLIENT');
    want(',');
    const variable = name();
    want(',');
    const before = at;
    const type = parseType();
    const length = lengthAt(before);
    want(')');
    declare(variable, type);
    return (frame) => {
      const count = Number(number(length.run(frame)));
      frame.set(
        variable,
        Array.from({ length: count }, () => waiting.pop() ?? fail('nothing more to read')),
      );
      return undefined;
    };
  };
  const block = (): readonly Step[] => {
    const steps: Step[] = [];
    while (!has('}')) {
      steps.push(statement());
      if (peek() !== '}') want(';');
    }
    return steps;
  };

  let returning: Type | undefined;
  const routine = (): void => {
    returning = has('void') ? undefined : parseType();
    const called = name();
    want('(');
    scope = new Map();
    const parameters: [string, Type][] = [];
    while (!has(')')) {
      if (parameters.length > 0) want(',');
      const type = parseType();
      const parameter = name();
      declare(parameter, type);
      parameters.push([parameter, type]);
    }
    want('{');
    const steps = block();
    routines.set(called, {
      parameters,
      returns: returning,
      run: (args) => {
        const frame: Frame = new Map(parameters.map(([parameter], i) => [parameter, args[i]]));
        for (const step of steps) {
          const value = step(frame);
          if (value !== undefined) return value;
        }
        return 0n;
      },
    });
  };

  while (at < tokens.length) {
    if (has('def')) {
      routine();
      continue;
    }
    want('int32');
    const constant = name();
    want('=');
    const written = number(expression().run(new Map()));
    want(';');
    globals.set(constant, {
      type: typeOf('int32', 'pl'),
      value: constant === 'count' ? BigInt(inputs.length) : written,
    });
  }
  (routines.get('main') ?? fail('there is no main')).run([]);
  return printed;
}
