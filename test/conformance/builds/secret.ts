import { ezpcTarget } from '../../../src/emit/ezpc.js';
import { mpSpdzTarget } from '../../../src/emit/mp-spdz.js';
import { textOf } from '../../../src/emit/target.js';
import { runEzpc } from '../../emit/ezpc-interpreter.js';
import { unprovenCertificate } from '../../emit/module.js';
import { runMpSpdz } from '../../emit/secret-targets.js';
import { missing } from '../../support/tools.js';
import { wordsOf, type ConformingTarget } from './build.js';

/** What no target takes whose inputs are secret. */
const SECRET = {
  'secret-counts':
    /^the range reduction has \d+ different counts; expected at most \d+ where the input is secret$/,
  'secret-rounding': /pseudo-stochastic/,
  'secret-comparisons': /takes \d+ secret comparisons; expected at most 512$/,
} as const;

export const SECRET_TARGETS: readonly ConformingTarget[] = [
  {
    name: 'ezpc',
    target: ezpcTarget,
    builds: [
      {
        name: 'an interpreter of its language',
        missing: () => undefined,
        answer: async (jobs) => {
          const answers: (readonly bigint[])[] = [];
          for (const { plan, inputs } of jobs) {
            const [file] = await ezpcTarget.emit(plan, unprovenCertificate(plan));
            answers.push(runEzpc(textOf(file), inputs));
          }
          return wordsOf(answers);
        },
        thinned: { every: 1, inputs: 100 },
        portion: { complete: Infinity, narrow: 65536, wide: 2 ** 14 },
      },
    ],
    refusals: { ...SECRET, 'too-wide': /integers of \d+ bits; EzPC's are exact up to 63$/ },
  },
  {
    name: 'mp-spdz',
    target: mpSpdzTarget,
    builds: [
      {
        name: 'its program on integers in python3',
        missing: () => missing('python3'),
        answer: async (jobs) => {
          const texts = await Promise.all(
            jobs.map(async ({ plan }) =>
              textOf((await mpSpdzTarget.emit(plan, unprovenCertificate(plan)))[0]),
            ),
          );
          const answers = runMpSpdz(jobs.map(({ inputs }, i) => ({ text: texts[i], inputs })));
          return wordsOf(
            answers.map(({ lines, error }) => {
              if (lines) return lines.map(BigInt);
              throw new Error(error);
            }),
          );
        },
        thinned: { every: 1, inputs: 100 },
        portion: { complete: Infinity, narrow: 65536, wide: 2 ** 14 },
      },
    ],
    refusals: { ...SECRET, 'too-wide': /integers of \d+ bits; MP-SPDZ's rings hold 126$/ },
  },
];
