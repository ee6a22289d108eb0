import { hasWordFormats } from '../plan/narrow.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { lineComments, slashStarText } from './comment.js';
import { headerLines } from './header.js';
import { TYPESCRIPT_NAMES } from './keywords.js';
import { checkFunctionName } from './names.js';
import { functionSymbol, functionText } from './symbol.js';
import type { EmitOptions, EmittedFile, Target } from './target.js';
import { costOfPlan } from './target-cost.js';
import { render } from './templates.js';
import { rawAbout } from './raw-about.js';
import { arrayType, kernelFacts } from './ts.js';
import { compileAssembly, INSTALL_COMPILER, loadCompiler } from '../assembly-compiler.js';
import { fitsLanes, lanesBody } from './wasm-lanes.js';
import { scalarBody } from './wasm-scalar.js';
import { typescriptText } from './typescript-text.js';
import type { AssemblyBody } from './wasm-source.js';
import { wideBody } from './wasm-wide.js';

/**
 * A kernel for WebAssembly with SIMD, in three files: AssemblyScript, whose `lanes` larger programs can inline;
 * what it compiles to; and a TypeScript module that holds the compiled bytes and offers what the ts target does.
 */
export const wasmTarget: Target = Object.freeze({
  name: 'wasm',
  about: 'WebAssembly with SIMD: AssemblyScript, the compiled module, and a TypeScript loader',
  maturity: 'stable',
  needs: `an engine with WebAssembly SIMD (fixed-width, 128 bits); to be printed, the AssemblyScript compiler: ${INSTALL_COMPILER}`,
  check: (plan: KernelPlan) => checkFunctionName(plan, TYPESCRIPT_NAMES),
  prepare: loadCompiler,
  cost: (plan: KernelPlan, files: readonly EmittedFile[]) => {
    const module = files.find(({ path }) => path === `wasm/${plan.name}.wasm`);
    return {
      ...costOfPlan(plan),
      ...(module && 'bytes' in module ? { moduleBytes: module.bytes.length } : {}),
    };
  },
  paths: (name: string) => [`wasm/${name}.assembly.ts`, `wasm/${name}.wasm`, `wasm/${name}.ts`],
  emit: async (
    plan: KernelPlan,
    certificate: Certificate,
    options: EmitOptions = {},
  ): Promise<readonly EmittedFile[]> => {
    const source = await assemblySource(plan, certificate);
    const bytes = await compileKernel(plan, source);
    return [
      { path: `wasm/${plan.name}.assembly.ts`, text: source },
      { path: `wasm/${plan.name}.wasm`, bytes },
      { path: `wasm/${plan.name}.ts`, text: await loader(plan, certificate, bytes, options) },
    ];
  },
});

/** The quickest form that is exact: four lanes of doubles, 64-bit words, or integers of 256 bits. */
function assemblyBody(plan: KernelPlan): AssemblyBody {
  return fitsLanes(plan) ? lanesBody(plan) : (scalarBody(plan) ?? wideBody(plan));
}

/** The AssemblyScript module of a plan: `scalar`, `array` and, for formats of at most 32 bits, `lanes`. */
export function assemblySource(plan: KernelPlan, certificate: Certificate): Promise<string> {
  return assemblyModule(plan, certificate.planHash, header(plan, certificate));
}

/** The same under a header of the caller's, or none. */
export function assemblyModule(
  plan: KernelPlan,
  hash: string,
  headerOf: readonly string[] = [],
): Promise<string> {
  return render('wasm/assembly.hbs', {
    header: headerOf,
    identity: `${plan.name} ${hash}`,
    words: hasWordFormats(plan),
    ...assemblyBody(plan),
  });
}

/** What `compileKernel` makes of AssemblyScript: a module with a memory, `scalar`, `array` and `firstFreeByte`. */
export async function compileKernel(plan: KernelPlan, source: string): Promise<Uint8Array> {
  const entry = await render('wasm/entry.hbs', { module: plan.name });
  const sources = new Map([
    ['entry.ts', entry],
    [`${plan.name}.ts`, source],
  ]);
  return compileAssembly(sources, 'entry.ts');
}

function header(plan: KernelPlan, certificate: Certificate): readonly string[] {
  return lineComments('//', headerLines(plan, certificate));
}

const CHARACTERS_PER_LINE = 100;

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/** What makes the bits of a signed word the unsigned output. */
const UNSIGNED: Readonly<Record<string, string>> = {
  Uint32Array: ' >>> 0',
  BigUint64Array: ' & 0xffffffffffffffffn',
};

async function loader(
  plan: KernelPlan,
  certificate: Certificate,
  bytes: Uint8Array,
  options: EmitOptions,
): Promise<string> {
  const outputArray = arrayType(plan.output, plan);
  const text = await render('wasm/loader.hbs', {
    header: header(plan, certificate),
    module: plan.name,
    bytes: base64(bytes).match(new RegExp(`.{1,${CHARACTERS_PER_LINE}}`, 'g')) ?? [],
    formula: `${slashStarText(functionText(plan))} in fixed point.`,
    function: functionSymbol(plan),
    inputAbout: rawAbout(plan.input),
    outputAbout: rawAbout(plan.output),
    raw: hasWordFormats(plan) ? 'number' : 'bigint',
    words: hasWordFormats(plan) ? 'Int32Array' : 'BigInt64Array',
    wordBytes: hasWordFormats(plan) ? 4 : 8,
    inputArray: arrayType(plan.input, plan),
    outputArray,
    traps: plan.finish.overflow === 'error',
    unsignedResult: UNSIGNED[outputArray] ?? '',
    facts: kernelFacts(plan, certificate),
  });
  return typescriptText(text, options);
}
