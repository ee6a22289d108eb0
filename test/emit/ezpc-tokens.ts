/** Words that the compiler's lexer keeps for itself. */
const RESERVED =
  'int32 int64 uint32 uint64 float bool void true false al bl pl fl output input return partition inline ' +
  'extern unroll const if def else for while SERVER CLIENT ALL';
export const WORDS: ReadonlySet<string> = new Set(RESERVED.split(' '));

/** Names that the compiler passes and the C++ compiler does not. */
const CPP =
  'alignas alignof and asm auto bitand bitor break case catch char class compl concept constexpr continue ' +
  'default delete do double enum explicit export friend goto inline int long mutable namespace new not ' +
  'nullptr operator or private protected public register requires short signed sizeof static struct switch ' +
  'template this throw try typedef typename union unsigned using virtual volatile xor y0 y1 yn j0 j1 jn unix linux main';
const TAKEN: ReadonlySet<string> = new Set(CPP.split(' '));

const TOKEN = /\s+|(\d+uL|\d+L|\d+)|([A-Za-z][A-Za-z0-9]*)|(>>>|>=|[-+*=?:;,(){}[\]_])/y;

/**
 * The tokens of a program as EzPC's lexer makes them; comments nest.
 *
 * @throws Error for what the lexer, the preprocessor or the C++ compiler behind it would not take
 */
export function tokensOf(text: string): readonly string[] {
  if (/\/\/|\/\*/.test(text)) throw new Error('the preprocessor would take a comment away');
  const tokens: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text.startsWith('(*', at)) {
      at = commentEnd(text, at + 2);
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`no token: ${text.slice(at, at + 30)}`);
    const [whole, , name] = match;
    if (name !== undefined && TAKEN.has(name) && name !== 'main') throw new Error(`${name} is a word of C++`);
    if (whole.trim() !== '') tokens.push(whole);
    at += whole.length;
  }
  return tokens;
}

function commentEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('*)', at)) return at + 2;
    if (text.startsWith('(*', at)) at = commentEnd(text, at + 2) - 1;
  }
  throw new Error('a comment does not end');
}
