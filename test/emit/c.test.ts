import { describe, expect, it } from 'vitest';
import { cortexSize, sectionBytes } from '../../bench/cortex.js';
import { cTarget } from '../../src/emit/c.js';
import { lower } from '../../src/emit/lower.js';
import { programCost } from '../../src/emit/program-cost.js';
import { textOf } from '../../src/emit/target.js';
import { resolveSpec } from '../../src/spec.js';
import { synthesize } from '../../src/synthesize.js';
import { unprovenCertificate } from './module.js';
import { PLANS } from '../conformance/plans.js';
import { needs } from '../support/needs.js';

const SMALL = { input: 'Q4.12', output: 'Q1.15', ulp: 1, order: 3 } as const;
/** A header without its comments, and what a preprocessor reads. */
const codeOf = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\\\n/g, '')
    .replace(/^#(?!include <std).*$/gm, '');

const textOfPlan = async (plan: ReturnType<(typeof PLANS)[string]>) =>
  textOf((await cTarget.emit(plan, unprovenCertificate(plan)))[0]);

describe('C for small machines', () => {
  it.each(['tanh', 'sigmoid'])('has no product beyond 32 bits: %s', async (name) => {
    const { plan, certificate } = await synthesize(resolveSpec({ ...SMALL, function: name }));
    expect(programCost(lower(plan, { word: 32 })).valueBits).toBeLessThanOrEqual(32);
    const text = textOf((await cTarget.emit(plan, certificate))[0]);
    expect(codeOf(text)).not.toMatch(/64_t|INT64/);
  });

  it.each(['odd, tail as a row', 'sin Q32.32', 'expm1 Q8.16', 'reciprocal Q16.16'])(
    'divides nothing, floats nowhere, allocates nothing: %s',
    async (name) => {
      const code = codeOf(await textOfPlan(PLANS[name]()));
      expect(code).not.toMatch(/[^/*]\/[^/*]|%|\b(?:float|double|malloc|goto|if \(.*\) return)\b/);
      expect(code.match(/#include <(.*)>/g)).toEqual(['#include <stddef.h>', '#include <stdint.h>']);
      // Tables for flash, and nothing that keeps a state.
      expect(code).not.toMatch(/^static (?!const |inline )/m);
    },
  );
});

describe('a Cortex-M0', () => {
  needs('arm-none-eabi-gcc');

  it.each(['tanh', 'sigmoid'])('takes less than the 512 bytes of a table, code and all: %s', async (name) => {
    const made = await synthesize(resolveSpec({ ...SMALL, function: name }));
    const { code, tables, calls } = await cortexSize(made);
    // Nothing that the processor does not do itself: no division, no products of 64 bits.
    expect(calls).toEqual([]);
    // Sections end at whole words.
    const stated = cTarget.cost?.(made.plan, [])?.tableBytes ?? 0;
    expect(Math.ceil(stated / 4) * 4).toBe(tables);
    expect(code).toBeGreaterThan(60);
    expect(code + tables).toBeLessThan(512);
    console.log(`${made.plan.name}: ${code} bytes of code and ${tables} of tables; CMSIS-NN: 512 of tables`);
  });

  it('calls the library where products are wider', async () => {
    const plan = PLANS['tanh Q8.24']();
    const { calls } = await cortexSize({ plan, certificate: unprovenCertificate(plan) });
    expect(calls).toContain('__aeabi_lmul');
  });
});

describe('what size says', () => {
  it('is added up by section', () => {
    const text =
      'kernel.o :\nsection  size  addr\n.text  0  0\n.text.kernel  136  0\n.rodata.a  96 0\nTotal 300\n';
    expect(sectionBytes(text, /^\.text/)).toBe(136);
    expect(sectionBytes(text, /^\.rodata/)).toBe(96);
  });
});
