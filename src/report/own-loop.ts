/** What a loop reads and writes: an array of numbers, or of bigints. */
interface Elements<Value> {
  readonly length: number;
  [index: number]: Value;
}

let loops = 0;

/**
 * A loop of its own for each function that is timed, `dst[i] = f(src[i])` for all of `src`: one loop for all would
 * see many functions, inline none, and charge each with the call.
 */
export function ownLoop<Value>(f: (x: Value) => Value): (src: Elements<Value>, dst: Elements<Value>) => void {
  // Engines share what they learn between functions of one text.
  const text = `// ${loops++}\nreturn (src, dst) => { for (let i = 0; i < src.length; i++) dst[i] = f(src[i]); };`;
  return (new Function('f', text) as (run: (x: Value) => Value) => ReturnType<typeof ownLoop<Value>>)(f);
}
