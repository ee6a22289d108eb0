/** Says what is being measured. */
export type Progress = (text: string) => void;

/** One line that is overwritten, on a terminal; nothing elsewhere. */
export function liveProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return () => {};
  return (text) => void stream.write(`\r\u001b[K${text}`);
}
