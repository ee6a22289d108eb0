import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import type { EmittedFile } from '../../src/emit/target.js';
import type { KernelSpec } from '../../src/spec.js';
import type { Installation } from './installed.js';

/** What both sides say of a kernel. */
export interface Outcome {
  readonly planHash: string;
  readonly digest: string;
  /** Whether proving the plan again gives the same certificate. */
  readonly again: boolean;
  readonly outputs: readonly string[];
  readonly files: readonly EmittedFile[];
}

/** Makes, proves and prints a kernel; the same text for both sides. */
const OUTCOME = `async (spec, targets) => {
  const { plan, certificate } = await synthesize(spec);
  checkWellFormed(plan);
  const proof = await verify(plan);
  return {
    planHash: planHash(plan),
    digest: certificate.digest,
    again: proof.met && proof.certificate.digest === certificate.digest,
    outputs: [-3, -1, 0, 1, 1000].map((x) => String(interpret(plan, BigInt(x)))),
    files: await emit(plan, certificate, targets),
  };
}`;

const IMPORTS = `
import { emit, synthesize, useHost, verify } from 'approxgen';
import { checkWellFormed, interpret, planHash } from 'approxgen/plan';
`;

/** What a page has to give where kernels are to be printed, and proven in good time. */
const PAGE = `${IMPORTS}
import { format } from 'prettier/standalone';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import proveLoops from 'approxgen/prove.wasm';
import cTemplate from 'approxgen/templates/c/kernel.hbs';
import cWideTemplate from 'approxgen/templates/c/wide.hbs';
import tsTemplate from 'approxgen/templates/ts/kernel.hbs';

const files = {
  'dist/wasm/prove.wasm': proveLoops,
  'templates/c/kernel.hbs': cTemplate,
  'templates/c/wide.hbs': cWideTemplate,
  'templates/ts/kernel.hbs': tsTemplate,
};
globalThis.withHost = () => useHost({
  readFile: (path) => files[path],
  format: (text, style) => format(text, { ...style, plugins: [babel, estree.default] }),
});
globalThis.outcome = ${OUTCOME};
`;

/** A script for browsers of a module that imports the installed package; modules of Node are not found for it. */
export async function bundle(installed: Installation, contents: string, minify = false): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: installed.folder },
    bundle: true,
    write: false,
    minify,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    loader: { '.hbs': 'text', '.wasm': 'binary' },
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

type Run = (spec: KernelSpec, targets: readonly string[]) => Promise<Outcome>;

/** The functions of the page, in a context that has what every browser has, and nothing of Node's. */
export async function page(installed: Installation): Promise<{ withHost: () => void; outcome: Run }> {
  const context = createContext({ TextEncoder, TextDecoder, atob, btoa });
  runInContext(await bundle(installed, PAGE), context);
  return context as { withHost: () => void; outcome: Run };
}

/** The same by the package's entry for Node. */
export function nodeOutcome(installed: Installation, spec: KernelSpec, targets: readonly string[]): Outcome {
  installed.write(
    'outcome.mjs',
    `${IMPORTS}
    const result = await (${OUTCOME})(${JSON.stringify(spec)}, ${JSON.stringify(targets)});
    console.log(JSON.stringify(result));`,
  );
  const { status, stdout, stderr } = installed.node('outcome.mjs');
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Outcome;
}
