import { sqliteAccounts } from "../../src/accounts/sqlite.ts";
import type { Delivery } from "../../src/accounts.ts";
import { argonPasswords } from "../../src/auth/passwords.ts";

/** Adds an account to a data folder, or changes it, as the command line does while the server runs. */
export async function storeAccount(
  data: string,
  kind: "user" | "service",
  name: string,
  password: string,
  delivery: Delivery = "all",
): Promise<void> {
  const accounts = sqliteAccounts(data);
  accounts.put({ kind, name, passwordHash: await argonPasswords.hash(password), delivery });
  accounts.close();
}

export function removeAccount(data: string, kind: "user" | "service", name: string): void {
  const accounts = sqliteAccounts(data);
  accounts.remove(kind, name);
  accounts.close();
}
