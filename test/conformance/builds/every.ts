import type { ConformingTarget } from './build.js';
import { C } from './c.js';
import { HARDWARE } from './hardware.js';
import { JAVASCRIPT } from './javascript.js';
import { PYTHON } from './python.js';
import { RUST } from './rust.js';
import { SECRET_TARGETS } from './secret.js';
import { SOLIDITY } from './solidity.js';

/** Every target, in every way in which it can be run here. */
export const EVERY_TARGET: readonly ConformingTarget[] = [
  ...JAVASCRIPT,
  C,
  RUST,
  PYTHON,
  ...HARDWARE,
  SOLIDITY,
  ...SECRET_TARGETS,
];
