import { missing, TOOL_NAMES, TOOLS } from './tools.js';

/*
 * Prints the packages of Debian that tests need and that are not here, or can't do what tests ask; the reasons go to
 * standard error.
 */

const packages = new Set<string>();
for (const name of TOOL_NAMES) {
  const reason = missing(name);
  if (reason === undefined) continue;
  process.stderr.write(`${reason}\n`);
  for (const each of TOOLS[name].packages) packages.add(each);
}
process.stdout.write([...packages, ''].join('\n'));
