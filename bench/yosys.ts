import { spawnSync } from 'node:child_process';
import type { Synthesis } from '../src/report/yosys.js';

export { cellCounts, flipFlops, pathLength, synthesize } from '../src/report/yosys.js';

export const hasYosys = spawnSync('yosys', ['-V']).status === 0;

/** Latches among the cells: there should be none. */
export function latches({ cells }: Pick<Synthesis, 'cells'>): number {
  return Object.entries(cells).reduce((sum, [type, count]) => sum + (/LATCH|_SR_/.test(type) ? count : 0), 0);
}
