import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rustTarget, rustWord } from '../../../src/emit/rust.js';
import { snakeSymbol } from '../../../src/emit/symbol.js';
import { outputOf } from '../../support/processes.js';
import { missing } from '../../support/tools.js';
import { encoded, type Job } from '../jobs.js';
import { writeKernels, type Build, type ConformingTarget } from './build.js';

function rustBuild(slow: boolean, ...flags: readonly string[]): Build {
  return {
    slow,
    name: `rustc ${flags.join(' ')}`,
    missing: () => missing('rustc'),
    answer: async (jobs) => {
      const cwd = await writeKernels(rustTarget, jobs, 'rs');
      const modules = jobs.map(({ plan }) => `pub mod ${plan.name};`);
      writeFileSync(
        join(cwd, 'kernels.rs'),
        `#![no_std]\n#![forbid(unsafe_code)]\n#![deny(warnings)]\n${modules.join('\n')}\n`,
      );
      writeFileSync(join(cwd, 'main.rs'), rustMain(jobs));
      const compile = ['--edition', '2021', ...flags];
      outputOf('rustc', [...compile, '--crate-type', 'rlib', 'kernels.rs'], { cwd });
      outputOf('rustc', [...compile, '--extern', 'kernels=libkernels.rlib', 'main.rs'], { cwd });
      return outputOf('./main', [], { cwd, input: encoded(jobs) });
    },
  };
}

/** Every kernel by array, the first of its inputs in a constant as well. */
function rustMain(jobs: readonly Job[]): string {
  const cases = jobs.map(({ plan, inputs }, i) => {
    const [input, output] = [rustWord(plan.input), rustWord(plan.output)];
    const scalar = `kernels::${plan.name}::${snakeSymbol(plan)}`;
    return `        ${i} => {
            const FIRST: ${output} = ${scalar}(${inputs[0]});
            let src: Vec<${input}> = words.iter().map(|&x| x as ${input}).collect();
            let mut dst = vec![0; src.len()];
            ${scalar}_array(&src, &mut dst);
            assert_eq!(dst[0], FIRST);
            dst.iter().map(|&y: &${output}| y as u64).collect()
        }`;
  });
  return `use std::io::{Read, Write};

fn outputs(job: u32, words: &[u64]) -> Vec<u64> {
    match job {
${cases.join('\n')}
        _ => panic!("no such job"),
    }
}

fn main() {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut at = 0;
    while at < bytes.len() {
        let count = word(at + 4) as usize;
        let words: Vec<u64> = bytes[at + 8..at + 8 + 8 * count]
            .chunks(8)
            .map(|each| u64::from_le_bytes(each.try_into().unwrap()))
            .collect();
        for y in outputs(word(at), &words) {
            std::io::stdout().write_all(&y.to_le_bytes()).unwrap();
        }
        at += 8 + 8 * count;
    }
}
`;
}

export const RUST: ConformingTarget = {
  name: 'rust',
  target: rustTarget,
  builds: [rustBuild(false, '-C', 'debug-assertions=on'), rustBuild(true, '-O')],
  refusals: { 'too-wide': /computes with integers of \d+ bits; the target rust has 128$/ },
};
