import { format } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typescriptTarget } from '../../src/emit/ts.js';
import { useHost } from '../../src/host.js';
import { nodeHost } from '../../src/node/host.js';
import { unprovenCertificate } from './module.js';
import { PLANS } from '../conformance/plans.js';

describe('TypeScript is laid out', () => {
  let unformatted = '';
  beforeAll(() =>
    useHost({
      ...nodeHost,
      format: (text) => {
        unformatted = text;
        return Promise.resolve(text);
      },
    }),
  );
  afterAll(() => useHost(nodeHost));

  it.each(Object.keys(PLANS))("as by prettier's own parser of TypeScript: %s", async (name) => {
    const plan = PLANS[name]();
    await typescriptTarget.emit(plan, unprovenCertificate(plan));
    const style = { parser: 'babel-ts', singleQuote: true, printWidth: 110 } as const;
    const expected = await format(unformatted, { ...style, parser: 'typescript' });
    expect(await nodeHost.format?.(unformatted, style)).toBe(expected);
    expect(expected).not.toBe(unformatted);
  });
});
