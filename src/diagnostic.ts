/** What went wrong, as data: rendered once, at the edge. */
export interface Diagnostic {
  /** Stable, kebab-case: `unknown-function`, `target-not-met`. */
  readonly code: string;
  /** Names the value and what was expected. */
  readonly message: string;
  /** What to try next. */
  readonly hint?: string;
  /** What would have been accepted, where that is one of a list. */
  readonly choices?: readonly string[];
  /** Where: an option (`--ulp`), a file, or a path inside one (`kernels[0].range`). */
  readonly path?: string;
}

/** Exit status of the process: 1 target not met, 2 wrong usage or configuration. */
export type FailureStatus = 1 | 2;

/** The one exception that the program throws on purpose; anything else that escapes is a bug (status 70). */
export class ApproxgenError extends Error {
  override readonly name = 'ApproxgenError';

  constructor(
    readonly diagnostic: Diagnostic,
    readonly exitStatus: FailureStatus,
  ) {
    super(diagnostic.message);
  }
}

/** Wrong usage or configuration (exit status 2). */
export function usageError(
  code: string,
  message: string,
  hint?: string,
  path?: string,
  choices?: readonly string[],
): ApproxgenError {
  return new ApproxgenError(diagnostic(code, message, hint, path, choices), 2);
}

/** A target that cannot be met, or a proof that fails (exit status 1). */
export function targetError(code: string, message: string, hint?: string, path?: string): ApproxgenError {
  return new ApproxgenError(diagnostic(code, message, hint, path), 1);
}

function diagnostic(
  code: string,
  message: string,
  hint?: string,
  path?: string,
  choices?: readonly string[],
): Diagnostic {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(choices === undefined ? {} : { choices }),
    ...(path === undefined ? {} : { path }),
  };
}

/** A diagnostic as the lines that a person reads: what is wrong, what to try, and then the list of what there is. */
export function renderDiagnostic({ path, message, hint, choices }: Diagnostic): string {
  const lines = [
    `error: ${path === undefined ? '' : `${path}: `}${message}`,
    ...(hint === undefined ? [] : [hint]),
    ...(choices === undefined ? [] : [`expected one of ${choices.join(', ')}`]),
  ];
  return lines.join('\n  ');
}

const LONGEST_SHOWN = 60;

/** Any value as a message names it: a text in quotes, an object as JSON, in at most 60 characters. */
export function show(value: unknown): string {
  const text = shown(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN - 1)}…`;
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`;
    case 'object':
      return jsonOf(value);
    default:
      return String(value);
  }
}

function jsonOf(value: object | null): string {
  try {
    return JSON.stringify(value) ?? 'an object';
  } catch {
    return 'an object';
  }
}
