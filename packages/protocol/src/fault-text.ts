/** A refused request of achex.2 (PROTOCOL.md R7, R9). The texts are for people; limits are called by their keys in `$hello`. */
export interface FaultText {
  /** What happened and why. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The same request may succeed later as it is. */
  readonly retry: boolean;
}

/** A fault that refuses logins. The legacy dialects have no codes: they get the `reason` alone (PROTOCOL.md A5, C5). */
export interface LoginFaultText extends FaultText {
  readonly reason: string;
}

export const stop = (message: string, remedy: string): FaultText => ({ message, remedy, retry: false });
export const retry = (message: string, remedy: string): FaultText => ({ message, remedy, retry: true });
export const login = (fault: FaultText, reason: string): LoginFaultText => ({ ...fault, reason });
