/** What went wrong, as data: rendered once, at the edge. */
export interface Diagnostic {
  /** Stable, kebab-case: `unknown-function`, `target-not-met`. */
  readonly code: string;
  /** Names the value and what was expected. */
  readonly message: string;
  /** What to try next. */
  readonly hint?: string;
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
export function usageError(code: string, message: string, hint?: string, path?: string): ApproxgenError {
  return new ApproxgenError(diagnostic(code, message, hint, path), 2);
}

/** A target that cannot be met, or a proof that fails (exit status 1). */
export function targetError(code: string, message: string, hint?: string, path?: string): ApproxgenError {
  return new ApproxgenError(diagnostic(code, message, hint, path), 1);
}

function diagnostic(code: string, message: string, hint?: string, path?: string): Diagnostic {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(path === undefined ? {} : { path }),
  };
}

/** A diagnostic as the lines that a person reads. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const place = diagnostic.path === undefined ? '' : `${diagnostic.path}: `;
  const hint = diagnostic.hint === undefined ? '' : `\n  ${diagnostic.hint}`;
  return `error: ${place}${diagnostic.message}${hint}`;
}
