import { beforeEach } from 'vitest';
import { missing, type ToolName } from './tools.js';

/*
 * A test that can't run here is skipped with the reason, which reporter.ts lists at the end.
 */

/** Set where every tool is installed, as .ci/run does: there a missing one is a failure. */
const REQUIRED = 'APPROXGEN_REQUIRE_TOOLS';

type Skip = (reason: string) => void;

/** Skips the test that runs where there is a reason. @throws Error with it where tools are required */
export function skipWithout(skip: Skip, reason: string | undefined): void {
  if (reason === undefined) return;
  const { [REQUIRED]: required = '' } = process.env;
  if (required !== '' && required !== '0') throw new Error(`${reason}; ${REQUIRED} is ${required}`);
  skip(reason);
}

/** Every test of the block that calls this needs these tools. */
export function needs(...tools: readonly ToolName[]): void {
  beforeEach(({ skip }) => skipWithout(skip, missing(...tools)));
}

/** Every test of the block that calls this is skipped where there is a reason, required tools or not. */
export function skipBlock(reason: string | undefined): void {
  beforeEach(({ skip }) => {
    if (reason !== undefined) skip(reason);
  });
}
