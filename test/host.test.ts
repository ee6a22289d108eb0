import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeKernel } from '../src/cli/make.js';
import { emit } from '../src/emit/targets.js';
import { prepareFunction } from '../src/function/catalogue.js';
import { useHost, type Host } from '../src/host.js';
import { nodeHost } from '../src/node/host.js';
import { propose } from '../src/propose/propose.js';
import { resolveSpec } from '../src/spec.js';
import { verify } from '../src/verify/verify.js';
import { verifyShard, type ShardTask } from '../src/verify/worker.js';

afterEach(() => useHost(nodeHost));

const { plan: wide } = propose(resolveSpec({ function: 'relu', format: 'Q9.12' }));
const { plan: small } = propose(resolveSpec({ function: 'tanh', format: 'Q4.6' }));

/** A host that leaves parts of Node's out. */
function without(...parts: readonly (keyof Host)[]): Host {
  return Object.fromEntries(Object.entries(nodeHost).filter(([part]) => !parts.includes(part as keyof Host)));
}

describe('a proof of more inputs than one thread is given', () => {
  it('says the same in worker threads, in this one without any host, and in workers of another host', async () => {
    const { certificate } = await verify(wide, { workers: 2 });
    useHost({});
    expect((await verify(wide)).certificate).toEqual(certificate);
    const seen: string[] = [];
    useHost({
      startWorkers: (role, threads) => {
        seen.push(`${role} ${threads}`);
        return Promise.resolve({
          run: (task) => verifyShard(structuredClone(task) as ShardTask),
          close: () => Promise.resolve(void seen.push('closed')),
        });
      },
    });
    expect((await verify(wide, { workers: 3 })).certificate).toEqual(certificate);
    expect(seen).toEqual(['plan 3', 'closed']);
  });
});

describe('what a host leaves out', () => {
  it.each([
    ['printing a kernel needs readFile', {}, ['c']],
    ['printing a kernel needs readFile', without('readFile'), ['verilog']],
    ['printing TypeScript needs format', without('format'), ['ts']],
    [
      'compiling a kernel to WebAssembly needs loadAssemblyCompiler',
      without('loadAssemblyCompiler'),
      ['wasm'],
    ],
    ['the host has no file templates/rust/kernel.hbs', { readFile: () => undefined }, ['rust']],
  ])('is named where it is needed: %s', async (message, host, targets) => {
    const { certificate } = await verify(small);
    useHost(host);
    await expect(emit(small, certificate, targets)).rejects.toThrow(message);
    expect((await emit(small, certificate, [])).map(({ path }) => path)).toEqual([`plan/${small.name}.json`]);
    useHost(nodeHost);
    expect((await emit(small, certificate, targets)).length).toBeGreaterThan(1);
  });

  it('is named before a plan is searched, where a compiler is not installed', async () => {
    const missing = Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
    useHost({ ...nodeHost, loadAssemblyCompiler: () => Promise.reject(missing) });
    const search = vi.fn();
    const nothing = () => {};
    const stages = {
      search,
      proof: nothing,
      other: nothing,
      onProgress: nothing,
      hide: nothing,
      stop: nothing,
    };
    const flags = { outdir: '', vectors: false, force: true, draft: true, costs: false };
    const options = { ...flags, targets: ['ts', 'wasm'], stages };
    const spec = resolveSpec({ function: 'tanh', format: 'Q4.6' });
    await expect(makeKernel(spec, options)).rejects.toMatchObject({
      diagnostic: { code: 'compiler-missing' },
    });
    expect(search).not.toHaveBeenCalled();
  });

  it('is named by a function of your own as well', async () => {
    useHost({});
    await expect(prepareFunction('module:./mine.mjs')).rejects.toMatchObject({
      diagnostic: { code: 'host-lacks', message: expect.stringContaining('importModule') as string },
    });
  });
});
