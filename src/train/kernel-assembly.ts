import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApproxgenError } from '../diagnostic.js';
import type { KernelPlan } from '../plan/plan.js';
import { kernelIdentity } from '../tensor/kernel.js';
import type { LoadedKernel } from './kernels.js';

/**
 * The AssemblyScript of a kernel: what `approxgen` printed to `wasm/`, and where that is not there, or is of another
 * plan, printed anew from the plan in `plan/`.
 *
 * @param generated the folder of generated files
 * @returns undefined where neither is of the plan that the kernel was printed from
 */
export async function kernelAssembly(kernel: LoadedKernel, generated: URL): Promise<string | undefined> {
  const printed = textOf(new URL(`wasm/${kernel.name}.assembly.ts`, generated));
  if (printed?.includes(`'${kernelIdentity(kernel)}'`)) return printed;
  const text = textOf(new URL(`plan/${kernel.name}.json`, generated));
  return text === undefined ? undefined : printFromPlan(text, kernel);
}

/** A plan file may be anybody's: only a well-formed plan with the kernel's own hash is printed, and of it no text. */
async function printFromPlan(text: string, { name, planHash }: LoadedKernel): Promise<string | undefined> {
  // Loaded only where something has to be printed, which is seldom.
  const [canonical, wellformed, wasm] = await Promise.all([
    import('../plan/canonical.js'),
    import('../plan/wellformed.js'),
    import('../emit/wasm.js'),
  ]);
  try {
    const { plan } = JSON.parse(text) as { readonly plan: KernelPlan };
    if (canonical.planHash(plan) !== planHash) return undefined;
    wellformed.checkWellFormed(plan);
    return wasm.assemblyModule({ ...plan, name }, planHash);
  } catch (error) {
    // Not JSON, no object, or a law broken: no plan to print.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof ApproxgenError) {
      return undefined;
    }
    throw error;
  }
}

function textOf(file: URL): string | undefined {
  return existsSync(fileURLToPath(file)) ? readFileSync(file, 'utf8') : undefined;
}
