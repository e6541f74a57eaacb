import type { DropReason } from "./drops.ts";
import type { Address, AddressKind } from "./frames.ts";
import { type ParseLimits, SESSION_ID_END } from "./limits.ts";
import { isName, nameFrom } from "./names.ts";

/** `343`, `"343"` and `"343@x"` all mean session 343: the leading integer counts (PROTOCOL.md K9). */
function sessionIdFrom(value: unknown): number | undefined {
  const id = typeof value === "string" ? Number.parseInt(value, 10) : value;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 1 || id >= SESSION_ID_END) return undefined;
  return id;
}

function addressFrom(kind: AddressKind, value: unknown, limits: ParseLimits): Address | undefined {
  if (kind === "session") {
    const id = sessionIdFrom(value);
    return id === undefined ? undefined : { kind, id };
  }
  const name = nameFrom(value);
  return name !== undefined && isName(name, limits.nameBytes) ? { kind, name } : undefined;
}

/** One target or a list of targets as addresses, or why it is not valid (PROTOCOL.md M2). */
export function targetsOf(kind: AddressKind, value: unknown, limits: ParseLimits): readonly Address[] | DropReason {
  if (!Array.isArray(value)) {
    const address = addressFrom(kind, value, limits);
    return address ? [address] : "bad-target";
  }
  if (value.length === 0) return "bad-target";
  if (limits.targets > 0 && value.length > limits.targets) return "too-many-targets";
  const addresses: Address[] = [];
  for (const item of value) {
    const address = addressFrom(kind, item, limits);
    if (!address) return "bad-target";
    addresses.push(address);
  }
  return addresses;
}
