import { useHost } from '../host.js';
import { nodeHost } from '../node/host.js';
import { runTrainCommand } from './command.js';

useHost(nodeHost);

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort()); // a second Ctrl-C ends the process in the usual way

process.exitCode = await runTrainCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  terminal: process.stderr,
  interrupt: interrupt.signal,
}).catch((error: unknown) => {
  process.stderr.write(`bug in approxgen: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 70;
});
