import ts from 'typescript';
import { ApproxgenError } from '../../src/diagnostic.js';
import { functionSymbol } from '../../src/emit/symbol.js';
import { textOf, type Target } from '../../src/emit/target.js';
import { arrayType, typescriptTarget } from '../../src/emit/ts.js';
import { hasWordFormats } from '../../src/plan/narrow.js';
import type { KernelPlan } from '../../src/plan/plan.js';
import { planHash } from '../../src/plan/canonical.js';
import { certificateDigest, summarise, type Certificate } from '../../src/verify/certificate.js';
import { EMPTY_STATS } from '../../src/verify/stats.js';

/** A certificate of the right shape, for plans whose proof is beside the point. */
export function unprovenCertificate(plan: KernelPlan): Certificate {
  const nothing = summarise(EMPTY_STATS, EMPTY_STATS, false);
  const claims: Certificate = {
    planHash: planHash(plan),
    inputsChecked: 0,
    undefinedInputs: 0,
    saturatedInputs: 0,
    decidedExactly: 0,
    claim: nothing,
    format: nothing,
    histogram: [0, 0, 0, 0, 0],
    monotone: { against: 0, firstAgainst: null, undirected: 0 },
    outputs: { least: null, most: null, bounded: null },
    symmetry: null,
    exactPoints: { points: 0, missed: [] },
    joins: { joins: 0, widestUlp: 0, at: null },
    widths: { product: 0, accumulator: 0 },
    crc32: '00000000',
    digest: '',
  };
  return { ...claims, digest: certificateDigest(claims) };
}

/** Whether a target prints a plan. */
export function takes({ check }: Target, plan: KernelPlan): boolean {
  try {
    check?.(plan);
    return true;
  } catch (error) {
    if (error instanceof ApproxgenError) return false;
    throw error;
  }
}

export async function printed(plan: KernelPlan, certificate = unprovenCertificate(plan)): Promise<string> {
  const [file] = await typescriptTarget.emit(plan, certificate);
  return textOf(file);
}

const ARRAYS = { Int32Array, Uint32Array, BigInt64Array, BigUint64Array } as const;
type Words = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

/** What a printed module exports, in bigint whatever it takes itself. */
export interface KernelModule {
  readonly scalar: (xRaw: bigint) => bigint;
  /** All outputs, through the module's array form and the array types that it names. */
  readonly array: (inputs: readonly bigint[]) => readonly bigint[];
  readonly facts: Readonly<Record<string, unknown>>;
  /** The module's own functions. */
  readonly own: {
    readonly scalar: (xRaw: number | bigint) => number | bigint;
    readonly array: (src: Words, dst: Words) => void;
  };
}

/** The printed module itself, through the TypeScript compiler. */
export async function loadModule(plan: KernelPlan, certificate?: Certificate): Promise<KernelModule> {
  const { outputText } = ts.transpileModule(await printed(plan, certificate), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`;
  const module = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  const scalar = module[functionSymbol(plan)] as KernelModule['own']['scalar'];
  const array = module[`${functionSymbol(plan)}Array`] as KernelModule['own']['array'];
  const words = hasWordFormats(plan);
  return {
    scalar: (x) => exact(scalar(words ? Number(x) : x)),
    array: (inputs) => {
      const src = wordsOf(arrayType(plan.input, plan), inputs.length);
      const dst = wordsOf(arrayType(plan.output, plan), inputs.length);
      inputs.forEach((x, i) => (src[i] = words ? Number(x) : x));
      array(src, dst);
      return Array.from<number | bigint, bigint>(dst, BigInt);
    },
    facts: module.kernel as KernelModule['facts'],
    own: { scalar, array },
  };
}

const wordsOf = (type: string, length: number): Words => new ARRAYS[type as keyof typeof ARRAYS](length);

/** A result as bigint. @throws where it is no integer, or the zero that integers don't have */
function exact(result: number | bigint): bigint {
  if (Object.is(result, -0)) throw new Error('a kernel gave −0');
  return BigInt(result);
}
