/** An error shown to the user on one line; the command ends with exit code 1. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly exitCode: 1 | 2 = 1;
}

/** The command line is invalid; exit code 2. */
export class UsageError extends Failure {
  override readonly name = "UsageError";
  override readonly exitCode = 2;
}
