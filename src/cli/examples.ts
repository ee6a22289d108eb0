import type { CommandName } from '../spec/run-options.js';

/** A command that works as it stands, and what comes of it. */
export interface Example {
  readonly command: string;
  readonly result: string;
}

/** What the help of each command shows. The tests run them all, in this order, in one folder. */
export const EXAMPLES: Readonly<Partial<Record<CommandName, readonly Example[]>>> = Object.freeze({
  approxgen: [
    {
      command: 'approxgen --fn tanh --range -8,8 --order 3 --ulp 2',
      result:
        'tanh in Q8.24 within 2 ulp, proven on all inputs: generated/plan/tanh_q8_24.json and generated/ts/tanh_q8_24.ts',
    },
    {
      command: 'approxgen --expr "x*sigmoid(x)" --format Q4.12 --target c',
      result: 'an expression, of 16 bits, as a C header: generated/c/x_sigmoid_x_q4_12.h',
    },
    {
      command: 'approxgen explore --fn sigmoid --in Q4.12 --out Q1.15 --order 2',
      result: 'the plans among which to choose, as a table',
    },
  ],
  build: [
    { command: 'approxgen build', result: 'every kernel of approx-configs/, into generated/' },
    { command: 'approxgen build --check', result: 'fails where generated/ is not what these say' },
  ],
  explore: [
    {
      command: 'approxgen explore --fn tanh --format Q4.6 --ulp 1',
      result:
        'plans that no other one beats; their order, segmentation and guard bits are options of approxgen',
    },
  ],
  eval: [
    {
      command: 'seq 0 4096 | approxgen eval generated/plan/x_sigmoid_x_q4_12.json',
      result: 'an output a line',
    },
  ],
  verify: [
    { command: 'approxgen verify generated', result: 'every plan in the folder' },
    {
      command: 'approxgen verify generated/plan/x_sigmoid_x_q4_12.json --target c',
      result: 'the printed C instead of the plan, on every input',
    },
    {
      command: 'approxgen verify generated/plan/x_sigmoid_x_q4_12.json --shard 1/1',
      result: 'a part of the proof, as a file: x_sigmoid_x_q4_12.1-of-1.json',
    },
  ],
  merge: [
    {
      command: 'approxgen merge generated/plan/x_sigmoid_x_q4_12.json x_sigmoid_x_q4_12.*-of-1.json',
      result: 'the whole proof from its parts',
    },
  ],
  schema: [{ command: 'approxgen schema > schema.json', result: 'for editors: "$schema": "./schema.json"' }],
  completion: [
    { command: 'source <(approxgen completion bash)', result: 'in bash; needs the package bash-completion' },
    { command: 'source <(approxgen completion zsh)', result: 'in zsh, after compinit' },
    { command: 'approxgen completion fish | source', result: 'in fish' },
  ],
  help: [{ command: 'approxgen help verify', result: 'the same as approxgen verify --help' }],
});
