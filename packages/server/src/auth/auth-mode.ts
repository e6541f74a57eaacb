import type { Auth } from "../auth.ts";

/**
 * What one auth mode decides: the logins of users under names that no service has. `borne` and `unborne` are told of every
 * name, those of services included.
 */
export interface AuthMode extends Pick<Auth, "login" | "nameTaken" | "nameReleased"> {
  /** True when a user has a right to the name even while nobody bears it, so that no service may take it for a tag. */
  owns(instance: string, name: string): boolean;
}
