import { runDataCommand } from './command.js';

process.exitCode = await runDataCommand(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  terminal: process.stderr,
}).catch((error: unknown) => {
  process.stderr.write(`bug in approxgen: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 70;
});
