import { explore } from '../propose/explore.js';
import { renderExploration } from '../report/explore-report.js';
import { resolveSpec } from '../spec.js';
import { specOf } from './kernel-command.js';
import { commandProgress, type Output } from './output.js';
import type { SpecFlags } from './spec-options.js';
import { showStages } from './stages.js';

/** approxgen explore --fn …: the plans among which a user may want to choose, as a table or as data. */
export async function exploreCommand(flags: SpecFlags, output: Output): Promise<void> {
  const spec = resolveSpec(await specOf(flags));
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
