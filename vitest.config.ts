import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // All cores: the default leaves one idle, which is half of two.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**'],
          globalSetup: 'test/cli/compile.ts',
          setupFiles: 'test/host.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          setupFiles: 'test/host.ts',
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
