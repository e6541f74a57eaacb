import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject } from "@achex/protocol";
import { notice } from "../terminal.ts";
import { generatePassword } from "./password.ts";
import { type AccountStoreFlags, withAccountStore } from "./store.ts";

/** In the data folder; only its owner may read it. */
const FILE = "demo-passwords.json";

function stored(path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * Passwords of the services of the demos, by name. Services that do not exist are added with a generated password, which is stored in the data
 * folder, because the account only has its hash. A service that somebody else has added is not touched: it is left out.
 */
export function demoPasswords(
  services: readonly string[],
  flags: AccountStoreFlags,
): Promise<Readonly<Record<string, string>>> {
  return withAccountStore(flags, true, async ({ accounts, folder }) => {
    const { argonPasswords } = await import("@achex/server/passwords");
    const path = join(folder, FILE);
    const known = stored(path);
    const passwords: Record<string, string> = {};
    for (const name of services) {
      const password = known[name];
      if (accounts.find("service", name)) {
        if (typeof password === "string") passwords[name] = password;
        else notice(`there already is a service ${name}; its instruments log in as users`);
        continue;
      }
      const fresh = generatePassword();
      accounts.put({ kind: "service", name, delivery: "all", passwordHash: await argonPasswords.hash(fresh) });
      passwords[name] = fresh;
    }
    writeFileSync(path, `${JSON.stringify({ ...known, ...passwords }, undefined, 2)}\n`, { mode: 0o600 });
    return passwords;
  });
}
