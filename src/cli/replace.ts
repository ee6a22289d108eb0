import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ApproxgenError, usageError } from '../diagnostic.js';
import { statedStages } from '../emit/hardware-header.js';
import { statedName } from '../emit/header.js';
import { parsePlanFile } from '../verify/parse-plan-file.js';
import type { PlanFile } from '../verify/plan-file.js';
import type { EmittedFile } from '../emit/target.js';
import { emittedPaths, TARGETS } from '../emit/targets.js';
import { VECTORS_HEAD } from '../emit/vectors.js';
import { planHash } from '../plan/canonical.js';
import { PLAN_SCHEMA } from '../plan/plan.js';
import { readIfThere } from './files.js';

/*
 * What stands in the way of a kernel's files. What approxgen itself made under this name is replaced, as generators
 * do; what it did not make, and what belongs to a kernel of another name, is never touched.
 */

/** A kernel that another one of its name replaces. */
export interface Replaced {
  readonly planHash: string;
  /** How it was made. */
  readonly command: string;
}

/** A design that another one of the same plan, or of another, replaces. */
export interface ReplacedDesign {
  readonly file: string;
  /** Its register stages. */
  readonly stages: number;
}

/**
 * Refuses a kernel for whose files there is no place, before any work is done.
 *
 * @throws usage error that names the first file which is not approxgen's, or belongs to a kernel of another name
 */
export function checkPlaces(
  outdir: string,
  name: string,
  targets: readonly string[],
  vectors: boolean,
): void {
  kernelThere(outdir, name);
  const all = [...targets, ...printedTargets(outdir, name)];
  checkFiles(outdir, name, emittedPaths(name, all, vectors || hasVectors(outdir, name)));
}

/**
 * The kernel that is there under a name.
 *
 * @throws usage error where the file of the plan is not approxgen's, or is that of a name that differs in case only:
 * some file systems hold but one of the two
 */
export function kernelThere(outdir: string, name: string): Replaced | undefined {
  const file = inAnyCase(planPath(outdir, name));
  if (file === undefined) return undefined;
  if (basename(file) !== `${name}.json`) throw taken(`${file} is a kernel whose name differs in case only`);
  const text = readIfThere(file) ?? '';
  if (!isPlan(text)) throw foreign(file);
  return describePlan(text, file);
}

const planPath = (outdir: string, name: string): string => join(outdir, 'plan', `${name}.json`);

/** Any version of the schema. */
const SCHEMA = PLAN_SCHEMA.replace(/\d+$/, '');

/** A plan file that was cut short, or in which versions were merged, is no JSON any more; it is approxgen's all the same. */
function isPlan(text: string): boolean {
  try {
    const file = JSON.parse(text) as Partial<PlanFile> | null;
    return String(file?.plan?.schema).startsWith(SCHEMA);
  } catch {
    return text.includes(`"schema": "${SCHEMA}`);
  }
}

/** Nothing where the file was cut short or edited: then there is no telling what it was. */
function describePlan(text: string, file: string): Replaced | undefined {
  try {
    const { plan } = parsePlanFile(text, file);
    return { planHash: planHash(plan), command: plan.provenance.command };
  } catch (error) {
    if (error instanceof ApproxgenError) return undefined;
    throw error;
  }
}

/**
 * Refuses to write over files that are not this kernel's: `a_b` and `a__b` are one library in Solidity.
 *
 * @param paths below `outdir`
 * @throws usage error that names the file
 */
export function checkFiles(outdir: string, name: string, paths: readonly string[]): void {
  for (const path of paths) {
    const file = inAnyCase(join(outdir, path));
    if (file === undefined) continue;
    const owner = ownerOf(outdir, file, name);
    if (owner === undefined) throw foreign(file);
    if (owner !== name) throw taken(`${file} belongs to another kernel, ${owner}`);
  }
}

/** The targets for which a kernel was printed before, by files that say so. */
export function printedTargets(outdir: string, name: string): readonly string[] {
  return TARGETS.map((target) => target.name).filter(
    (target) => target !== 'plan' && printedFiles(outdir, target, name).length > 0,
  );
}

/** What a target printed of a kernel, with the program that runs its vectors. */
export function printedFiles(outdir: string, target: string, name: string): readonly string[] {
  const found = TARGETS.find((each) => each.name === target);
  const paths = [...(found?.paths(name) ?? []), ...(found?.testPath ? [found.testPath(name)] : [])];
  return ownFiles(outdir, name, paths);
}

/** Whether test vectors were printed, or a program that runs them. */
export function hasVectors(outdir: string, name: string): boolean {
  const all = emittedPaths(
    name,
    TARGETS.map((target) => target.name),
    true,
  );
  const kernels = new Set(TARGETS.flatMap(({ paths }) => paths(name)));
  const vectors = all.filter((path) => !kernels.has(path));
  return ownFiles(outdir, name, vectors).length > 0;
}

/** The register stages that were asked for when a target printed a design of a kernel; undefined where they were chosen. */
export function printedStages(outdir: string, target: string, name: string): number | undefined {
  const stages = printedFiles(outdir, target, name).map((file) => statedStages(readIfThere(file) ?? ''));
  const asked = stages.find((each) => each && !each.chosen);
  return asked?.latency;
}

/** Designs that are there in another number of stages than they are to have. */
export function replacedDesigns(outdir: string, files: readonly EmittedFile[]): readonly ReplacedDesign[] {
  return files.flatMap((emitted) => {
    const next = 'text' in emitted ? statedStages(emitted.text) : undefined;
    const file = join(outdir, emitted.path);
    const there = next && statedStages(readIfThere(file) ?? '');
    return there && there.latency !== next.latency ? [{ file, stages: there.latency }] : [];
  });
}

function ownFiles(outdir: string, name: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => join(outdir, path)).filter((file) => ownerOf(outdir, file, name) === name);
}

/**
 * The kernel that a file belongs to; undefined where approxgen did not make it, or it is not there. Files that have no
 * place for a mark tell by their form, their name, and what stands beside them.
 */
function ownerOf(outdir: string, file: string, name: string): string | undefined {
  const bytes = bytesOf(file);
  const own = basename(file).startsWith(`${name}.`) ? name : undefined;
  if (file.endsWith('.wasm')) {
    const isModule = bytes.subarray(0, 4).toString('latin1') === '\0asm';
    return isModule && statedName(textOf(file.replace(/\.wasm$/, '.ts'))) === name ? own : undefined;
  }
  const text = bytes.toString('utf8');
  if (file.endsWith('.csv')) {
    return text.startsWith(VECTORS_HEAD) && isPlan(textOf(planPath(outdir, name))) ? own : undefined;
  }
  if (file.endsWith('.json')) return isPlan(text) ? own : undefined;
  return statedName(text);
}

const textOf = (file: string): string => bytesOf(file).toString('utf8');

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function taken(message: string): Error {
  return usageError(
    'duplicate-name',
    message,
    'give this one another name (--name) or folder (--outdir)',
    '--name',
  );
}

function foreign(file: string): Error {
  return usageError(
    'foreign-file',
    `${file} is there and was not made by approxgen, which leaves it as it is`,
    'move it away, or give the kernel another name (--name) or folder (--outdir)',
    '--outdir',
  );
}

/** The path as it is spelt in its folder, if it is there in any case. */
function inAnyCase(path: string): string | undefined {
  const [folder, name] = [dirname(path), basename(path)];
  const names = namesIn(folder);
  const found = names.includes(name) ? name : names.find((each) => each.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : join(folder, found);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
