import type { Mode } from "./auth-mode.ts";

/** Names are shared and passwords are not looked at, as programs in the wild expect (PROTOCOL.md A1). */
export const openMode: Mode = {
  login: ({ login }) => ({ ok: true, name: login.name, service: undefined }),
  borne() {},
  unborne() {},
  owns: () => false,
};
