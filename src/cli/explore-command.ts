import { explore } from '../propose/explore.js';
import { renderExploration } from '../report/explore-report.js';
import { resolveSpec } from '../spec.js';
import type { Flags } from './options.js';
import { searchProgress, type Output } from './output.js';
import { specFrom } from './settings.js';

/** approxgen explore --fn …: the plans among which a user may want to choose, as a table or as data. */
export async function exploreCommand({ values, place }: Flags, output: Output): Promise<void> {
  const spec = resolveSpec(await specFrom(values, place), place);
  const progress = searchProgress(output, `exploring ${spec.definition.name}`);
  const exploration = await explore(spec, progress.onProgress).finally(progress.stop);
  const text = output.json
    ? JSON.stringify({ exploration, diagnostics: [] }, null, 2)
    : renderExploration(exploration);
  process.stdout.write(`${text}\n`);
}
