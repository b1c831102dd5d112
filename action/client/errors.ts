/** How a submission can end badly. Each class has the exit code that `devicelane` promises for it. */

export class SubmissionError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, cause?: unknown) {
    super(message, { cause });
    this.name = this.constructor.name;
    this.exitCode = exitCode;
  }
}

/** The step was called with a value that cannot work. Names the input to change. */
export class UsageError extends SubmissionError {
  readonly input: string;

  constructor(input: string, message: string) {
    super(`${input}: ${message}`, 2);
    this.input = input;
  }
}

/** The server, or the code host, said no: trying again alone does not help. */
export class RefusedError extends SubmissionError {
  /** The code of the closed list, or null where the answer carried none. */
  readonly code: string | null;

  constructor(message: string, code: string | null = null) {
    super(message, 3);
    this.code = code;
  }
}

/** The server could not be reached or failed, after all tries. */
export class BrokenError extends SubmissionError {
  constructor(message: string, cause?: unknown) {
    super(message, 4, cause);
  }
}

/** The CI job was cancelled. */
export class CancelledError extends SubmissionError {
  /** Whether a run is left that nobody could stop. */
  readonly runLeft: boolean;

  constructor(message = 'The CI job was cancelled.', runLeft = false) {
    super(message, 130);
    this.runLeft = runLeft;
  }
}
