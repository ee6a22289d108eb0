import { explore } from '../propose/explore.js';
import { renderExploration } from '../report/explore-report.js';
import { resolveSpec } from '../spec.js';
import { specOf } from './kernel-command.js';
import { searchProgress, type Output } from './output.js';
import type { SpecFlags } from './spec-options.js';

/** approxgen explore --fn …: the plans among which a user may want to choose, as a table or as data. */
export async function exploreCommand(flags: SpecFlags, output: Output): Promise<void> {
  const spec = resolveSpec(await specOf(flags));
  const progress = searchProgress(output, `exploring ${spec.definition.name}`);
  const exploration = await explore(spec, progress.onProgress).finally(progress.stop);
  const text = output.json
    ? JSON.stringify({ exploration, diagnostics: [] }, null, 2)
    : renderExploration(exploration);
  process.stdout.write(`${text}\n`);
}
