import type { Command } from 'commander';

/** Options that say what is wanted of a kernel, as commander gives them. */
export interface SpecFlags {
  readonly fn?: string;
  readonly expr?: string;
  readonly module?: string;
  readonly format?: string;
  readonly in?: string;
  readonly out?: string;
  readonly range?: string;
  readonly order?: string;
  readonly ulp?: string;
  readonly error?: string;
  readonly relative?: string;
  readonly segments?: string;
  readonly guard?: string;
  readonly segmentation?: string;
  readonly measure?: string;
  readonly polish?: string;
  readonly exact?: string;
  readonly monotone?: boolean;
  /** `true` where no number of ulps is given. */
  readonly continuous?: string | true;
  readonly cost?: string;
  readonly coefficients?: string;
  readonly stepRounding?: string;
  readonly rounding?: string;
  readonly overflow?: string;
  readonly pipeline?: string;
  readonly name?: string;
}

/** What a kernel is asked to be. */
export function addSpecOptions(command: Command): Command {
  return command
    .option('--fn <name>', 'function to approximate, or "d tanh", a derivative; see approxgen list')
    .option('--expr <expression>', 'any expression in x: "x*tanh(log1p(exp(x)))"')
    .option('--module <file>', 'a module that exports name, evaluate and exact: a function of your own')
    .option('--range <lo,hi>', 'inputs for which the target must hold')
    .option('--format <Qm.n>', 'format of input and output (default: Q8.24)')
    .option('--in <Qm.n>', 'format of the input, where it differs')
    .option('--out <Qm.n>', 'format of the output, where it differs')
    .option('--order <n>', 'degree of the polynomials, 0 to 12 (default: 3)')
    .option('--ulp <x>', 'greatest error in ulps of the output (default: 1)')
    .option('--error <x>', 'greatest absolute error, such as 3*2^-12')
    .option('--relative <x>', 'greatest relative error')
    .option('--segments <n>', 'equal segments to start from')
    .option('--guard <bits>', 'guard bits (default: chosen)')
    .option(
      '--segmentation <how>',
      'greedy (the fewest segments), dyadic, uniform or auto (the cheapest) (default: greedy)',
    )
    .option('--measure <name>', 'uniform, arcsine, beta(a,b) or data:<file> (default: uniform)')
    .option('--polish <how>', 'minimax, or none for the pure projection (default: minimax)')
    .option('--exact <list>', 'inputs at which to be exact, or none (default: 0 for odd and point symmetry)')
    .option('--monotone', 'outputs never go against the function, which has to be monotone on the range')
    .option(
      '--continuous [ulp]',
      'polynomials, and tails, meet within so many ulps of the output (without a number: 1)',
    )
    .option('--cost <model>', 'what auto saves: software, speed, hardware or mpc (default: software)')
    .option('--coefficients <how>', 'fraction bits of coefficients: same or scaled (default: scaled)')
    .option('--step-rounding <mode>', 'rounding after each product (default: half-up)')
    .option('--rounding <mode>', 'rounding to the output (default: half-up)')
    .option('--overflow <mode>', 'saturate, saturate-symmetric, wrap or error (default: saturate)')
    .option('--pipeline <n>', 'register stages of verilog and vhdl, 0 for none (default: chosen)')
    .option('--name <name>', 'name of the kernel and its files (default: tanh_q8_24)');
}
