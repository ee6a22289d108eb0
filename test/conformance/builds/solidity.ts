import { createRequire } from 'node:module';
import { libraryName, solidityTarget } from '../../../src/emit/solidity.js';
import { functionSymbol } from '../../../src/emit/symbol.js';
import { textOf } from '../../../src/emit/target.js';
import { unprovenCertificate } from '../../emit/module.js';
import { missing } from '../../support/tools.js';
import type { Job } from '../jobs.js';
import { wordsOf, type Build, type ConformingTarget } from './build.js';
import { translated } from './evm.js';

const require = createRequire(import.meta.url);

/** What is used of solc and of the virtual machine. */
interface Compiler {
  readonly compile: (input: string) => string;
}
interface Machine {
  readonly runCode: (options: { code: Uint8Array; data: Uint8Array; gasLimit: bigint }) => Promise<{
    readonly executionGasUsed: bigint;
    readonly returnValue: Uint8Array;
    readonly exceptionError?: { readonly error: string };
  }>;
}

interface Compiled {
  readonly errors?: readonly { readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly evm: {
              readonly deployedBytecode: { readonly object: string };
              readonly methodIdentifiers: Readonly<Record<string, string>>;
            };
          }
        >
      >
    >
  >;
}

/** A contract that runs a library's function on an array. */
function contractText({ plan }: Job): string {
  const library = libraryName(plan.name);
  return `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.13;
import "./${library}.sol";
contract Run {
    function run(int256[] calldata xs) external pure returns (int256[] memory ys) {
        ys = new int256[](xs.length);
        for (uint256 i = 0; i < xs.length; i++) ys[i] = ${library}.${functionSymbol(plan)}(xs[i]);
    }
}
`;
}

export interface Contract {
  readonly code: Uint8Array;
  readonly selector: string;
}

/** Compiles a library for each job, and a contract that calls it; the optimizer takes twice as long. @throws where solc has anything to say */
export async function compiled(jobs: readonly Job[], optimized: boolean): Promise<readonly Contract[]> {
  const sources: Record<string, { content: string }> = {};
  for (const job of jobs) {
    const [file] = await solidityTarget.emit(job.plan, unprovenCertificate(job.plan));
    sources[`${libraryName(job.plan.name)}.sol`] = { content: textOf(file) };
    sources[`run-${job.plan.name}.sol`] = { content: contractText(job) };
  }
  const settings = {
    optimizer: { enabled: optimized, runs: 200 },
    outputSelection: { '*': { '*': ['evm.deployedBytecode.object', 'evm.methodIdentifiers'] } },
  };
  const solc = require('solc') as Compiler;
  const text = solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }));
  const { errors = [], contracts } = JSON.parse(text) as Compiled;
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return jobs.map(({ plan }) => {
    const { evm } = contracts[`run-${plan.name}.sol`].Run;
    return {
      code: Buffer.from(evm.deployedBytecode.object, 'hex'),
      selector: evm.methodIdentifiers['run(int256[])'],
    };
  });
}

let machine: Promise<Machine> | undefined;

async function machineHere(): Promise<Machine> {
  const { createEVM } = require('@ethereumjs/evm') as { createEVM: () => Promise<Machine> };
  machine ??= createEVM();
  return machine;
}

/** Each input in a word of its own, as the contract takes and gives them. */
const words = (values: readonly bigint[]) =>
  values.map((value) => BigInt.asUintN(256, value).toString(16).padStart(64, '0')).join('');

/** The outputs for inputs, and the gas that the call took. @throws where the contract reverts */
export async function called(
  { code, selector }: Contract,
  inputs: readonly bigint[],
): Promise<{ readonly outputs: readonly bigint[]; readonly gas: number }> {
  const data = callData(selector, inputs);
  const evm = await machineHere();
  const result = await evm.runCode({ code, data, gasLimit: 2n ** 50n });
  if (result.exceptionError) throw new Error(`the contract ended with ${result.exceptionError.error}`);
  return { outputs: outputsIn(result.returnValue, inputs.length), gas: Number(result.executionGasUsed) };
}

const callData = (selector: string, inputs: readonly bigint[]) =>
  Buffer.from(`${selector}${words([32n, BigInt(inputs.length), ...inputs])}`, 'hex');

/** What a call returns: where the array begins, its length, and its elements. */
function outputsIn(answer: Uint8Array, count: number): readonly bigint[] {
  const words = Buffer.from(answer).subarray(64);
  return Array.from({ length: count }, (_, i) =>
    BigInt.asIntN(256, BigInt(`0x${words.subarray(32 * i, 32 * i + 32).toString('hex')}`)),
  );
}

/** Inputs of a call: every library call takes new memory. */
const BATCH = 128;

/** Runs every job by calls, each with some of its inputs. */
async function answered(
  jobs: readonly Job[],
  contracts: readonly Contract[],
  call: (contract: Contract) => (inputs: readonly bigint[]) => Promise<readonly bigint[]>,
): Promise<Buffer> {
  const answers: bigint[][] = [];
  for (const [i, { inputs }] of jobs.entries()) {
    const run = call(contracts[i]);
    const outputs: bigint[] = [];
    for (let at = 0; at < inputs.length; at += BATCH)
      outputs.push(...(await run(inputs.slice(at, at + BATCH))));
    answers.push(outputs);
  }
  return wordsOf(answers);
}

const MACHINE: Build = {
  name: 'solc and an EVM',
  missing: () => missing('solc', '@ethereumjs/evm'),
  answer: async (jobs) =>
    answered(
      jobs,
      await compiled(jobs, false),
      (contract) => async (inputs) => (await called(contract, inputs)).outputs,
    ),
  thinned: { every: 4, inputs: 60 },
  portion: { complete: 1, narrow: 1024, wide: 1024 },
};

/** The machine awaits every operation; the same bytecode as JavaScript runs all inputs. */
const TRANSLATED: Build = {
  name: 'solc with its optimizer, the bytecode as JavaScript',
  missing: () => missing('solc', '@ethereumjs/evm'),
  slow: true,
  answer: async (jobs) =>
    answered(jobs, await compiled(jobs, true), ({ code, selector }) => {
      const run = translated(code);
      return (inputs) => Promise.resolve(outputsIn(run(callData(selector, inputs)), inputs.length));
    }),
  thinned: { every: 3, inputs: 1000 },
  portion: { complete: Infinity, narrow: 65536, wide: 2 ** 14 },
};

export const SOLIDITY: ConformingTarget = {
  name: 'solidity',
  target: solidityTarget,
  builds: [MACHINE, TRANSLATED],
  refusals: {},
};
