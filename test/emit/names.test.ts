import { describe, expect, it } from 'vitest';
import { checkTargets, TARGETS } from '../../src/emit/targets.js';
import { functionSymbol, snakeSymbol } from '../../src/emit/symbol.js';
import { PLANS } from '../conformance/plans.js';

const plan = PLANS['8 bits, 32-bit products']();
const refusalOf = (target: string, changes: { readonly name?: string; readonly function?: string }) => {
  try {
    checkTargets({ ...plan, ...changes }, [target]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('names of kernels', () => {
  it.each([
    ['c', 'register', 'C: it is a keyword'],
    ['c', 'class', 'C: it is a keyword'],
    ['c', 'tanh', 'C: it is a function of the library'],
    ['c', 'sinf', 'C: it is a function of the library'],
    ['c', 'memcpy', 'C: it is a function of the library'],
    ['c', 'printf', 'C: it is a function of the library'],
    ['c', 'main', 'C: it is a keyword'],
    ['c', 'int32_t', 'C: names that end in _t are types of the library'],
    ['rust', 'match', 'Rust: it is a keyword'],
    ['rust', 'core', 'Rust: it is a crate that every program has'],
    ['python', 'lambda', 'Python: it is a keyword'],
    ['python', 'operator', 'Python: it is a module that others are looked for in its place'],
    ['verilog', 'wire', 'Verilog: it is a keyword'],
    ['vhdl', 'Signal', 'VHDL: it is a keyword'],
    ['vhdl', 'a__b', 'VHDL: VHDL allows no two underscores in a row'],
    ['mp-spdz', 'sint', 'MP-SPDZ: programs use it for something else'],
  ])('%s refuses %s', (target, name, reason) => {
    expect(refusalOf(target, { name })).toContain(`"${name}" can't be the name of a kernel in ${reason}`);
  });

  it('are taken everywhere where they mean nothing', () => {
    for (const { name: target } of TARGETS) {
      for (const name of ['tanh_q3_5', 'k', 'tanhish', 'classic', 'register_file', 'wires']) {
        expect([target, name, refusalOf(target, { name })]).toEqual([target, name, undefined]);
      }
    }
  });
});

describe('names of functions', () => {
  it.each([
    ['rust', 'module:./yield.mjs', '"yield" can\'t be the name of a function in Rust: it is a keyword'],
    ['python', 'module:./lambda.mjs', '"lambda" can\'t be the name of a function in Python'],
    ['solidity', 'module:a/override.mjs', '"override" can\'t be the name of a function in Solidity'],
    ['solidity', 'module:a/uint8.mjs', '"uint8" can\'t be the name of a function in Solidity: it is a type'],
    ['ts', 'module:./default.mjs', '"default" can\'t be the name of a function in TypeScript'],
    ['wasm', 'module:./kernel.mjs', '"kernel" can\'t be the name of a function in TypeScript'],
  ])('%s refuses that of %s', (target, text, message) => {
    expect(refusalOf(target, { function: text })).toContain(message);
  });

  it.each([
    ['hard-sigmoid', 'hardSigmoid', 'hard_sigmoid'],
    ['d tanh', 'dTanh', 'd_tanh'],
    ['exp2', 'exp2', 'exp2'],
    ['x*tanh(x)', 'f', 'f'],
    ['module:./my-Own.mjs', 'myOwn', 'my_own'],
  ])('%s is %s, or %s', (text, camel, snake) => {
    expect(functionSymbol({ function: text })).toBe(camel);
    expect(snakeSymbol({ function: text })).toBe(snake);
  });
});
