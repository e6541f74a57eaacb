import { ConfigError } from "../config/config.ts";
import { failureText } from "../log/log-text.ts";

/** Runs something that can fail for a reason the operator can fix; turns the failure into a ConfigError of one line. */
export function orConfigError<Result>(what: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${what}: ${failureText(error)}`);
  }
}
