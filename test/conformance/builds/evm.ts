/*
 * The part of the Ethereum virtual machine that solc uses for pure functions, with one block of bytecode after the
 * other as JavaScript: several times as fast as a machine that awaits every operation, so that all inputs of a
 * kernel can be run. Gas is not counted.
 */

/** Of binary operations, as expressions of what lies on top of the stack and below it; words are unsigned bigints. */
const BINARY: Readonly<Record<number, (a: string, b: string) => string>> = {
  0x01: (a, b) => `unsigned(${a} + ${b})`, // ADD
  0x02: (a, b) => `unsigned(${a} * ${b})`, // MUL
  0x03: (a, b) => `unsigned(${a} - ${b})`, // SUB
  0x04: (a, b) => `${b} === 0n ? 0n : ${a} / ${b}`, // DIV
  0x05: (a, b) => `${b} === 0n ? 0n : unsigned(signed(${a}) / signed(${b}))`, // SDIV
  0x06: (a, b) => `${b} === 0n ? 0n : ${a} % ${b}`, // MOD
  0x07: (a, b) => `${b} === 0n ? 0n : unsigned(signed(${a}) % signed(${b}))`, // SMOD
  0x0b: (a, b) => `${a} > 30n ? ${b} : unsigned(BigInt.asIntN(8 * Number(${a}) + 8, ${b}))`, // SIGNEXTEND
  0x10: (a, b) => `${a} < ${b} ? 1n : 0n`, // LT
  0x11: (a, b) => `${a} > ${b} ? 1n : 0n`, // GT
  0x12: (a, b) => `signed(${a}) < signed(${b}) ? 1n : 0n`, // SLT
  0x13: (a, b) => `signed(${a}) > signed(${b}) ? 1n : 0n`, // SGT
  0x14: (a, b) => `${a} === ${b} ? 1n : 0n`, // EQ
  0x16: (a, b) => `${a} & ${b}`, // AND
  0x17: (a, b) => `${a} | ${b}`, // OR
  0x18: (a, b) => `${a} ^ ${b}`, // XOR
  0x1a: (a, b) => `${a} > 31n ? 0n : (${b} >> (248n - 8n * ${a})) & 255n`, // BYTE
  0x1b: (a, b) => `${a} > 255n ? 0n : unsigned(${b} << ${a})`, // SHL
  0x1c: (a, b) => `${a} > 255n ? 0n : ${b} >> ${a}`, // SHR
  0x1d: (a, b) => `unsigned(signed(${b}) >> (${a} > 255n ? 255n : ${a}))`, // SAR
};

/** Operations that take words from the stack and give one. */
const VALUES: Readonly<
  Record<number, { readonly takes: number; readonly text: (...args: string[]) => string }>
> = {
  ...Object.fromEntries(Object.entries(BINARY).map(([code, text]) => [code, { takes: 2, text }])),
  0x15: { takes: 1, text: (a) => `${a} === 0n ? 1n : 0n` }, // ISZERO
  0x19: { takes: 1, text: (a) => `unsigned(~${a})` }, // NOT
  0x34: { takes: 0, text: () => '0n' }, // CALLVALUE
  0x35: { takes: 1, text: (at) => `load(data, ${at})` }, // CALLDATALOAD
  0x36: { takes: 0, text: () => 'BigInt(data.length)' }, // CALLDATASIZE
  0x38: { takes: 0, text: () => 'BigInt(code.length)' }, // CODESIZE
  0x51: { takes: 1, text: (at) => `load(memory, ${at})` }, // MLOAD
};

/** Operations that take words and give none; after some of them a block ends. */
const EFFECTS: Readonly<
  Record<
    number,
    { readonly takes: number; readonly text: (...args: string[]) => string; readonly ends?: true }
  >
> = {
  0x00: { takes: 0, text: () => 'return memory.slice(0, 0);', ends: true }, // STOP
  0x37: { takes: 3, text: (to, from, count) => `copy(memory, ${to}, data, ${from}, ${count});` }, // CALLDATACOPY
  0x39: { takes: 3, text: (to, from, count) => `copy(memory, ${to}, code, ${from}, ${count});` }, // CODECOPY
  0x50: { takes: 1, text: () => '' }, // POP
  0x52: { takes: 2, text: (at, word) => `store(memory, ${at}, ${word});` }, // MSTORE
  0x53: { takes: 2, text: (at, word) => `store8(memory, ${at}, ${word});` }, // MSTORE8
  0x5e: { takes: 3, text: (to, from, count) => `copy(memory, ${to}, memory, ${from}, ${count});` }, // MCOPY
  0xf3: {
    // RETURN
    takes: 2,
    text: (at, count) => `return memory.slice(Number(${at}), Number(${at} + ${count}));`,
    ends: true,
  },
  0xfd: { takes: 2, text: () => `throw new Error('the contract reverts');`, ends: true }, // REVERT
};

const [JUMP, JUMPI, JUMPDEST] = [0x56, 0x57, 0x5b];
const [PUSH0, PUSH32, DUP1, DUP16, SWAP1, SWAP16] = [0x5f, 0x7f, 0x80, 0x8f, 0x90, 0x9f];

/** Bytes of memory of a call; what lies beyond is an error. */
const MEMORY = 2 ** 22;

const isWithin = (code: number, first: number, last: number) => code >= first && code <= last;

/** What a contract returns for call data. @throws where it reverts, or asks for what is not here */
export function translated(code: Uint8Array): (data: Uint8Array) => Uint8Array {
  const blocks = blocksOf(code);
  /** Numbers of blocks by where they begin. */
  const blockAt = new Int16Array(code.length).fill(-1);
  blocks.forEach(({ from }, i) => (blockAt[from] = i));
  const body = `const stack = [];
let top = 0;
for (let block = 0; ; ) switch (block) {
${blocks.map(({ text }, i) => `case ${i}: {\n${text}\n}`).join('\n')}
default: throw new Error('a jump to where nothing begins');
}`;
  const names = ['code', 'data', 'memory', 'blockAt', ...Object.keys(HELPERS)];
  const run = new Function(...names, body) as (...args: unknown[]) => Uint8Array;
  return (data) => run(code, data, new Uint8Array(MEMORY), blockAt, ...Object.values(HELPERS));
}

interface Block {
  readonly from: number;
  /** Where the next one begins. */
  readonly next: number;
  readonly text: string;
}

/** A block for every place that can be jumped to, or that lies behind a jump. */
function blocksOf(code: Uint8Array): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < code.length; at = blocks[blocks.length - 1].next) blocks.push(blockFrom(code, at));
  return blocks;
}

/** Statements from one place on; words that come and go within them are constants, not on the stack. */
function blockFrom(code: Uint8Array, from: number): Block {
  const lines: string[] = [];
  const words: string[] = [];
  let taken = 0;
  let names = 0;
  const named = (expression: string): string => {
    lines.push(`const w${names} = ${expression};`);
    return `w${names++}`;
  };
  const need = (count: number): void => {
    while (words.length < count) words.unshift(named(`stack[top - ${++taken}]`));
  };
  const pop = (): string => {
    need(1);
    return words.pop() ?? '';
  };
  const pops = (count: number) => Array.from({ length: count }, pop);
  const flush = (): void => {
    lines.push(`top -= ${taken};`, ...words.map((word) => `stack[top++] = ${word};`));
  };
  const ending = (last: string, next: number) => ({ from, next, text: [...lines, last].join('\n') });
  for (let at = from; at < code.length; at++) {
    const operation = code[at];
    if (operation === JUMPDEST && at > from) {
      flush();
      return ending(`block = blockAt[${at}]; continue;`, at);
    }
    if (operation === JUMP || operation === JUMPI) {
      const target = pop();
      const condition = operation === JUMPI ? pop() : undefined;
      flush();
      const other = condition === undefined ? '' : `${condition} === 0n ? ${at + 1} : `;
      return ending(`block = blockAt[${other}Number(${target})]; continue;`, at + 1);
    }
    const { [operation]: value } = VALUES;
    const { [operation]: effect } = EFFECTS;
    if (value) words.push(named(value.text(...pops(value.takes))));
    else if (effect) lines.push(effect.text(...pops(effect.takes)));
    else if (isWithin(operation, PUSH0, PUSH32)) {
      const bytes = code.subarray(at + 1, at + 1 + operation - PUSH0);
      words.push(`0x0${Buffer.from(bytes).toString('hex')}n`);
      at += bytes.length;
    } else if (isWithin(operation, DUP1, DUP16)) {
      need(operation - DUP1 + 1);
      words.push(words[words.length - (operation - DUP1 + 1)]);
    } else if (isWithin(operation, SWAP1, SWAP16)) {
      need(operation - SWAP1 + 2);
      const other = words.length - (operation - SWAP1 + 2);
      [words[other], words[words.length - 1]] = [words[words.length - 1], words[other]];
    } else if (operation !== JUMPDEST) {
      return ending(`throw new Error('operation ${operation} at ${at}');`, at + 1);
    }
    if (effect?.ends) return ending('', at + 1);
  }
  return ending(`throw new Error('beyond the code');`, code.length);
}

const WORD_BYTES = 32;

/** What the translated text calls. */
const HELPERS = {
  unsigned: (word: bigint): bigint => BigInt.asUintN(256, word),
  signed: (word: bigint): bigint => BigInt.asIntN(256, word),
  /** Zeros follow the end of data. */
  load: (bytes: Uint8Array, at: bigint): bigint => {
    const start = Number(at);
    if (start + WORD_BYTES > bytes.length) return padded(bytes, start);
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, WORD_BYTES);
    const [a, b] = [view.getBigUint64(0), view.getBigUint64(8)];
    const [c, d] = [view.getBigUint64(16), view.getBigUint64(24)];
    return a === 0n && b === 0n && c === 0n ? d : (a << 192n) | (b << 128n) | (c << 64n) | d;
  },
  store: (bytes: Uint8Array, at: bigint, word: bigint): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + Number(at), WORD_BYTES);
    bytes.fill(0, Number(at), Number(at) + 24);
    for (let part = 24, rest = word; rest > 0n; part -= 8, rest >>= 64n) view.setBigUint64(part, rest);
  },
  store8: (bytes: Uint8Array, at: bigint, word: bigint): void => {
    bytes[Number(at)] = Number(word & 255n);
  },
  copy: (to: Uint8Array, at: bigint, from: Uint8Array, start: bigint, count: bigint): void => {
    const part = from.slice(Number(start), Number(start + count));
    to.set(part, Number(at));
    to.fill(0, Number(at) + part.length, Number(at + count));
  },
};

function padded(bytes: Uint8Array, start: number): bigint {
  const word = new Uint8Array(WORD_BYTES);
  word.set(bytes.subarray(start, start + WORD_BYTES));
  return BigInt(`0x${Buffer.from(word).toString('hex')}`);
}
