/** What values an option takes, whether written in a shell, in a configuration or in a program. */
export type Kind =
  | { readonly is: 'text' }
  /** A number; in a shell or a configuration also an expression of one, such as `3*2^-12`. */
  | { readonly is: 'number' }
  | Whole
  | Choice
  /** Given or not; in a configuration true or false. */
  | { readonly is: 'switch' }
  /** A number of ulps, or true for `whenTrue`. */
  | { readonly is: 'ulps'; readonly whenTrue: number }
  /** A list of numbers, or `none`. */
  | { readonly is: 'numbers' }
  /** Two numbers. */
  | { readonly is: 'range' };

/** A whole number, called `what` in messages; `word` stands for one that is found. */
export interface Whole {
  readonly is: 'whole';
  readonly least: number;
  readonly most: number;
  readonly what: string;
  readonly word?: string;
}

/** One of a list; `notes` say of some what they do. */
export interface Choice {
  readonly is: 'choice';
  readonly choices: readonly string[];
  readonly notes: Readonly<Record<string, string>>;
}

/** Headings of the help, in its order. */
export const GROUPS = [
  'What to approximate',
  'Formats and range',
  'What must hold',
  'Method',
  'Arithmetic',
  'What is written',
  'How it runs',
] as const;
export type Group = (typeof GROUPS)[number];

/** An option, wherever it is given. */
export interface OptionRow<Key extends string = string> {
  /** As configurations and programs write it, `stepRounding`. */
  readonly key: Key;
  /** As the command line writes it, `step-rounding`. Both spellings are accepted everywhere. */
  readonly flag: string;
  /** What stands for its value on the command line: `<lo,hi>`, or `[ulp]` where it may be left out. */
  readonly value?: string;
  readonly kind: Kind;
  readonly group: Group;
  /** What it means, without choices and default, in words that do for every place. */
  readonly about: string;
  /** What holds where it is not given. */
  readonly default?: string;
  /** What completion offers for its value, where that is no choice: a list by name, or some examples. */
  readonly offers?: 'functions' | 'targets' | 'runnable' | 'files' | 'folders' | readonly string[];
}

/** A row as it is written down: its group is its list's, and its flag is its key's unless it says otherwise. */
export type Written<Row extends OptionRow> = Omit<Row, 'group' | 'flag'> & { readonly flag?: string };

/** The rows of one group. */
export function inGroup<Row extends OptionRow>(group: Group, rows: readonly Written<Row>[]): readonly Row[] {
  return rows.map((row) => Object.freeze({ flag: hyphened(row.key), ...row, group }) as unknown as Row);
}

/** `stepRounding` as a command line writes it, `step-rounding`. */
export function hyphened(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** All that a person reads of an option: `how the range is divided: auto (the cheapest), greedy or uniform`. */
export function explanation({ kind, about }: OptionRow): string {
  switch (kind.is) {
    case 'choice': {
      const { choices, notes } = kind;
      return `${about}: ${orList(choices.map((choice) => (notes[choice] ? `${choice} (${notes[choice]})` : choice)))}`;
    }
    case 'whole':
      return `${about}, ${kind.least} to ${kind.most}${kind.word === undefined ? '' : `, or ${kind.word}, the cheapest`}`;
    default:
      return about;
  }
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}
