import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.js';
import { helpText, optionsOf } from '../../src/cli/options.js';
import { RUNNABLE_TARGETS } from '../../src/emit/run-target.js';
import { propose } from '../../src/propose/propose.js';
import { provenance } from '../../src/provenance.js';
import { explanation } from '../../src/spec/option.js';
import { DEFAULTS, KERNEL_OPTIONS } from '../../src/spec/options.js';
import { COMMANDS, RUN_OPTIONS } from '../../src/spec/run-options.js';
import { spellings } from '../../src/spec/spelling.js';
import { resolveSpec, type KernelSpec } from '../../src/spec.js';

const rowOf = (key: string) => KERNEL_OPTIONS.find((row) => row.key === key);

describe('the table of options', () => {
  it('has a row for every key of a spec', () => {
    const source = readFileSync(new URL('../../src/spec/kernel-spec.ts', import.meta.url), 'utf8');
    const [, body] = /interface KernelSpec \{([\s\S]*?)\n\}/.exec(source) ?? [];
    const keys = [...(body ?? '').matchAll(/readonly (\w+)\??:/g)].map((match) => match[1]);
    expect(keys.length).toBeGreaterThan(20);
    const rows = KERNEL_OPTIONS.map(({ key }) => key);
    expect([...keys.filter((key) => key !== 'histogram'), 'expr', 'module'].toSorted()).toEqual(
      rows.toSorted(),
    );
  });

  it('spells no two options of a command alike', () => {
    for (const command of COMMANDS) {
      const all = optionsOf(command).flatMap(spellings);
      expect(new Set(all).size, command).toBe(all.length);
    }
  });

  it('states the defaults that a spec gets', () => {
    const resolved = resolveSpec({ function: 'tanh' });
    const found = {
      ...resolved,
      ulp: resolved.target.ulp,
      measure: resolved.measure.name,
      format: 'Q8.24',
    };
    for (const [key, value] of Object.entries(DEFAULTS)) {
      expect([key, found[key as keyof typeof found]]).toEqual([key, value]);
      expect(rowOf(key)?.default, key).toMatch(new RegExp(`^${value}\\b`));
    }
    expect(resolveSpec({ function: 'tanh', format: DEFAULTS.format }).input).toEqual(resolved.input);
  });

  it('states a default of no option that has none, and that those that are chosen are chosen', () => {
    const resolved = resolveSpec({ function: 'tanh' });
    const chosen = KERNEL_OPTIONS.filter((row) => row.default === 'chosen').map(({ key }) => key);
    expect(chosen).toEqual(['guard', 'pipeline']);
    for (const key of chosen) expect(resolved[key as keyof typeof resolved], key).toBeUndefined();
    for (const key of ['range', 'segments', 'exact', 'shape'] as const)
      expect(resolved[key], key).toBeUndefined();
  });

  it('names the least and the greatest of every whole number, which are taken, and no others', () => {
    for (const { key, kind } of KERNEL_OPTIONS) {
      if (kind.is !== 'whole') continue;
      const take = (value: number) => resolveSpec({ function: 'tanh', [key]: value } as KernelSpec);
      expect(explanation(rowOf(key) ?? expect.fail())).toContain(`${kind.least} to ${kind.most}`);
      for (const value of [kind.least, kind.most]) expect(() => take(value), `${key} ${value}`).not.toThrow();
      for (const value of [kind.least - 1, kind.most + 1]) {
        expect(() => take(value), `${key} ${value}`).toThrow(/expected an integer from/);
      }
    }
  });

  it('names every choice, each of which is taken, and no others', () => {
    for (const { key, kind } of KERNEL_OPTIONS) {
      if (kind.is !== 'choice') continue;
      for (const choice of kind.choices) {
        expect(explanation(rowOf(key) ?? expect.fail())).toContain(choice);
        expect(() => resolveSpec({ function: 'tanh', [key]: choice } as KernelSpec)).not.toThrow();
      }
      expect(() => resolveSpec({ function: 'tanh', [key]: 'other' } as KernelSpec)).toThrow('"other"');
    }
  });

  it('names the targets whose kernels are run', () => {
    const row = RUN_OPTIONS.find(({ key, commands }) => key === 'target' && commands.includes('verify'));
    expect(row?.about.replace(' or ', ', ')).toContain(RUNNABLE_TARGETS.join(', '));
  });

  it('explains every option, and gives each command an example or nothing to show', () => {
    for (const command of COMMANDS) {
      for (const row of optionsOf(command)) expect(helpText(row).length, row.flag).toBeGreaterThan(3);
    }
    const plain = COMMANDS.filter((command) => EXAMPLES[command] === undefined);
    expect(plain).toEqual(['list', 'targets']);
  });
});

describe('the command in a plan', () => {
  const commandOf = (spec: KernelSpec): string => {
    const resolved = resolveSpec({ format: 'Q4.6', ...spec });
    const { plan, notes } = propose(resolved);
    return provenance(resolved, plan, notes, '').command;
  };

  it('says what counts as cheap, where that is not the usual', () => {
    const speed = commandOf({ function: 'tanh', segmentation: 'auto', cost: 'speed' });
    expect(speed).toContain(' --segmentation auto --cost speed ');
    expect(commandOf({ function: 'tanh' })).not.toContain('--cost');
  });

  it('uses only options that there are', () => {
    const command = commandOf({
      function: 'tanh',
      monotone: true,
      continuous: 1,
      exact: [0],
      cost: 'mpc',
      name: 'k',
      segments: 2,
      ulp: 2,
      error: 1,
    });
    const flags = [...command.matchAll(/--([a-z-]+)/g)].map((match) => match[1]);
    expect(flags.length).toBeGreaterThan(14);
    expect(flags.filter((flag) => !KERNEL_OPTIONS.some((row) => row.flag === flag))).toEqual([]);
  });
});
