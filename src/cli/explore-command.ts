import { explore } from '../propose/explore.js';
import { renderExploration } from '../report/explore-report.js';
import { resolveSpec } from '../spec.js';
import type { Flags } from './options.js';
import { commandProgress, type Output } from './output.js';
import { specFrom } from './settings.js';
import { showStages } from './stages.js';

/** approxgen explore --fn …: the plans among which a user may want to choose, as a table or as data. */
export async function exploreCommand({ values, place }: Flags, output: Output): Promise<void> {
  const spec = resolveSpec(await specFrom(values, place), place);
  const stages = showStages(commandProgress(output));
  const labels = {
    search: ['searching', 'searches'],
    run: ['running plans of', 'plans'],
  } as const;
  let shown: string | undefined;
  const exploration = await explore(spec, (stage, done, total) => {
    if (stage !== shown) {
      const [label, unit] = labels[stage];
      stages.other(`${label} ${spec.definition.name}`, unit);
    }
    shown = stage;
    stages.onProgress(done, total);
  }).finally(stages.stop);
  const text = output.json
    ? JSON.stringify({ exploration, diagnostics: [] }, null, 2)
    : renderExploration(exploration);
  process.stdout.write(`${text}\n`);
}
