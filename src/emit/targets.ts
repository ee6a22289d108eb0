import { ApproxgenError, type Diagnostic } from '../diagnostic.js';
import { notOneOf } from '../nearest.js';
import type { KernelPlan } from '../plan/plan.js';
import type { Certificate } from '../verify/certificate.js';
import { cTarget } from './c.js';
import { ezpcTarget } from './ezpc.js';
import { mpSpdzTarget } from './mp-spdz.js';
import { planTarget } from './plan-json.js';
import { pythonTarget } from './python.js';
import { rustTarget } from './rust.js';
import { solidityTarget } from './solidity.js';
import type { EmitOptions, EmittedFile, Target } from './target.js';
import type { TargetCost } from './target-cost.js';
import { typescriptTarget } from './ts.js';
import { vectorsFile, vectorsOf, vectorsPath } from './vectors.js';
import { verilogTarget } from './verilog.js';
import { vhdlTarget } from './vhdl.js';
import { wasmTarget } from './wasm.js';

/** Everything that a plan can be printed as. The plan itself is always written. */
export const TARGETS: readonly Target[] = Object.freeze([
  planTarget,
  typescriptTarget,
  wasmTarget,
  cTarget,
  rustTarget,
  pythonTarget,
  verilogTarget,
  vhdlTarget,
  solidityTarget,
  ezpcTarget,
  mpSpdzTarget,
]);

/** @throws usage error that names the nearest target */
export function findTarget(name: string, path = '--target'): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found) return found;
  const names = TARGETS.map((target) => target.name);
  throw notOneOf('unknown-target', name, 'a target', names, path);
}

/** @throws usage error where one of the targets cannot print the plan, whatever its proof will say */
export function checkTargets(plan: KernelPlan, targets: readonly string[]): void {
  for (const name of targets) findTarget(name).check?.(plan);
}

/** @throws usage error where something is missing that printing one of the targets takes, whatever the plan */
export async function prepareTargets(targets: readonly string[]): Promise<void> {
  for (const name of targets) await findTarget(name).prepare?.();
}

/** Where `emit` would write for a kernel of that name. */
export function emittedPaths(name: string, targets: readonly string[], vectors: boolean): readonly string[] {
  const found = [...new Set(['plan', ...targets])].map((target) => findTarget(target));
  const programs = found.flatMap(({ testPath }) => (testPath ? [testPath(name)] : []));
  return [...found.flatMap(({ paths }) => paths(name)), ...(vectors ? [vectorsPath(name), ...programs] : [])];
}

/** A target that can't print a plan, and why. */
export interface RefusedTarget {
  readonly target: string;
  readonly diagnostic: Diagnostic;
}

/** Which of some targets can print a plan, whatever its proof will say. @throws usage error for an unknown name */
export function sortTargets(
  plan: KernelPlan,
  names: readonly string[],
): { readonly printable: readonly string[]; readonly refused: readonly RefusedTarget[] } {
  const refused = [...new Set(names)].flatMap((target): readonly RefusedTarget[] => {
    const error = refusalBy(findTarget(target), plan);
    return error ? [{ target, diagnostic: error.diagnostic }] : [];
  });
  const isRefused = (name: string) => refused.some(({ target }) => target === name);
  return { printable: names.filter((name) => !isRefused(name)), refused };
}

function refusalBy(target: Target, plan: KernelPlan): ApproxgenError | undefined {
  try {
    target.check?.(plan);
    return undefined;
  } catch (error) {
    if (error instanceof ApproxgenError) return error;
    throw error;
  }
}

/**
 * The plan file and the files of each further target. Same plan, same bytes.
 *
 * @throws usage error where one of the targets cannot print the plan
 */
export async function emit(
  plan: KernelPlan,
  certificate: Certificate,
  targets: readonly string[] = ['ts'],
  options: EmitOptions = {},
): Promise<readonly EmittedFile[]> {
  const names = [...new Set(['plan', ...targets])];
  checkTargets(plan, names);
  const found = names.map((name) => findTarget(name));
  const files: EmittedFile[] = [];
  for (const target of found) files.push(...(await target.emit(plan, certificate, options)));
  return options.vectors ? [...files, ...(await vectorFiles(plan, found))] : files;
}

/** What a kernel takes in one target. */
export interface NamedCost extends TargetCost {
  readonly target: string;
}

/** What a plan takes in each of the targets that know. `files` are what `emit` gave for them. */
export function targetCosts(
  plan: KernelPlan,
  targets: readonly string[],
  files: readonly EmittedFile[],
  options: EmitOptions = {},
): readonly NamedCost[] {
  return [...new Set(targets)].flatMap((name) => {
    const cost = findTarget(name).cost?.(plan, files, options);
    return cost ? [{ target: name, ...cost }] : [];
  });
}

async function vectorFiles(plan: KernelPlan, targets: readonly Target[]): Promise<readonly EmittedFile[]> {
  const vectors = vectorsOf(plan);
  const programs = await Promise.all(targets.flatMap(({ test }) => (test ? [test(plan, vectors)] : [])));
  return [vectorsFile(plan, vectors), ...programs];
}
