import type { AuthMode } from "./auth-mode.ts";

/** Names are shared and passwords are not looked at, as programs in the wild expect (PROTOCOL.md A1). */
export const openMode: AuthMode = {
  login: ({ login }) => ({ ok: true, name: login.name, service: undefined }),
  nameTaken() {},
  nameReleased() {},
  owns: () => false,
};
