import { defineConfig } from 'vitest/config';
import { contention, LIMIT_VARIABLE, limitsFor } from './test/support/limits.js';

const busy = contention();

/** Limits of time of a project's tests, and of the processes that they start. */
function limited(kind: 'fast' | 'slow') {
  const { processSeconds, testTimeout } = limitsFor(kind, busy);
  return { testTimeout, hookTimeout: testTimeout, env: { [LIMIT_VARIABLE]: String(processSeconds) } };
}

export default defineConfig({
  test: {
    // All cores: the default leaves one idle, which is half of two.
    maxWorkers: '100%',
    reporters: ['default', './test/support/reporter.ts'],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**'],
          globalSetup: 'test/cli/compile.ts',
          setupFiles: 'test/host.ts',
          ...limited('fast'),
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          setupFiles: 'test/host.ts',
          ...limited('slow'),
        },
      },
    ],
  },
});
