import { styleText } from 'node:util';

/** One at a time: Node 20 gives several to a stream that shows none. */
type Style = 'bold' | 'red';

/**
 * A text in a style where the stream shows one: a terminal, unless NO_COLOR is set; anything if FORCE_COLOR is.
 */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text, { stream });
}

/** A report with its subject, up to the first colon, in bold; for standard output. */
export function emphasised(report: string): string {
  const end = report.indexOf(':');
  return `${styled('bold', report.slice(0, end), process.stdout)}${report.slice(end)}`;
}

/** A rendered error with its first word in red; for standard error. */
export function colouredError(text: string): string {
  return text.replace(/^error:/, (word) => styled('red', word, process.stderr));
}

/** A verdict with the kernel's name in bold, and in red what is refused or fails; for standard output. */
export function colouredVerdict(text: string): string {
  return emphasised(text).replace(/(?<=: )(?:FAILS|REFUSED)/, (word) => styled('red', word, process.stdout));
}
