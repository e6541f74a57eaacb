import { hexToBytes } from "@noble/hashes/utils.js";
import { hashOf } from "../../shared/room/hash.ts";
import { type Identity, newIdentity } from "../../shared/room/identity.ts";
import { Author } from "../rules/authorship.ts";
import { readPreference, setTabSecret, storePreference, tabSecret } from "./preferences.ts";

const SECRET = /^[0-9a-f]{64}$/;
const KEY = "secret";

/** Who writes in this browser: the same person in all its tabs, unless a tab was told to be somebody else. */
export function browserIdentity(): Identity {
  const found = [tabSecret(), readPreference(KEY)].find((one) => one !== undefined && SECRET.test(one));
  if (found !== undefined) return { secret: found };
  const identity = newIdentity();
  storePreference(KEY, identity.secret);
  return identity;
}

/** After a reload, this tab is somebody else: to try the chat alone. */
export function becomeSomebodyElse(): void {
  setTabSecret(newIdentity().secret);
  location.reload();
}

export const authorFrom = ({ secret }: Identity): Author => new Author(hexToBytes(hashOf(`chat key ${secret}`)));
