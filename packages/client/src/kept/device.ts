import { ownFault } from "../fault.ts";

/** The device of the option `inbox`; undefined without it. */
export function deviceFrom(inbox: unknown): string | undefined {
  if (inbox === undefined || inbox === false) return undefined;
  const { device = "default" } = inbox === true ? {} : Object(inbox);
  if (typeof device !== "string") throw ownFault("invalid", "inbox takes true or { device }.");
  return device;
}
