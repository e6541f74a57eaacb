import { expect, test } from "bun:test";
import type { Account, Accounts } from "../../src/accounts.ts";

/** An implementation on storage of its own. */
export interface AccountsUnderTest extends Disposable {
  readonly accounts: Accounts;
  /** The same storage as another process opens it; closed with the first. */
  readonly elsewhere: Accounts;
}

const calc: Account = { kind: "service", name: "calc", passwordHash: "hash 1", delivery: "one" };
const ann: Account = { kind: "user", name: "ann", passwordHash: "hash 2", delivery: "all" };

/** What every Accounts promises (see the seam's own words). */
export function accountsContract(open: () => AccountsUnderTest): void {
  storageContract(open);
  sharingContract(open);
}

function storageContract(open: () => AccountsUnderTest): void {
  test("an account is found as it was put, by its kind and exact name", () => {
    using it = open();
    it.accounts.put(calc);
    expect(it.accounts.find("service", "calc")).toEqual(calc);
    expect(it.accounts.find("user", "calc")).toBeUndefined();
    expect(it.accounts.find("service", "Calc")).toBeUndefined();
    expect(it.accounts.find("service", "cal%")).toBeUndefined();
  });

  test("N2 names are opaque: quotes, spaces and other scripts are kept as they are", () => {
    using it = open();
    const names = ["'; drop table accounts; --", ' "a" ', "Ünï\u0308", "\u{1f600}", "名前"];
    for (const name of names) it.accounts.put({ ...ann, name });
    for (const name of names) expect(it.accounts.find("user", name)?.name).toBe(name);
    expect(it.accounts.find("user", "Ünï")).toBeUndefined();
  });

  test("putting an account again replaces it", () => {
    using it = open();
    it.accounts.put(calc);
    it.accounts.put({ ...calc, passwordHash: "hash 3", delivery: "all" });
    expect(it.accounts.list("service")).toEqual([{ ...calc, passwordHash: "hash 3", delivery: "all" }]);
  });

  test("a list holds one kind, by name", () => {
    using it = open();
    for (const name of ["b", "a", "C"]) it.accounts.put({ ...ann, name });
    it.accounts.put(calc);
    expect(it.accounts.list("user").map(({ name }) => name)).toEqual(["C", "a", "b"]);
    expect(it.accounts.list("service")).toEqual([calc]);
  });

  test("remove() returns whether there was one", () => {
    using it = open();
    it.accounts.put(calc);
    expect(it.accounts.remove("user", "calc")).toBe(false);
    expect(it.accounts.remove("service", "calc")).toBe(true);
    expect(it.accounts.remove("service", "calc")).toBe(false);
    expect(it.accounts.find("service", "calc")).toBeUndefined();
  });
}

function sharingContract(open: () => AccountsUnderTest): void {
  test("what one process changes, the other sees in its next call", () => {
    using it = open();
    expect(it.accounts.find("service", "calc")).toBeUndefined();
    it.elsewhere.put(calc);
    expect(it.accounts.find("service", "calc")).toEqual(calc);
    it.elsewhere.remove("service", "calc");
    expect(it.accounts.find("service", "calc")).toBeUndefined();
    expect(it.accounts.list("service")).toEqual([]);
  });

  test("the version changes with each change, wherever it was made, and only then", () => {
    using it = open();
    const versions = [it.accounts.version()];
    const note = (act: () => void) => {
      act();
      versions.push(it.accounts.version());
    };
    note(() => it.accounts.put(calc));
    note(() => it.elsewhere.put(ann));
    note(() => it.accounts.remove("service", "calc"));
    note(() => it.elsewhere.remove("user", "ann"));
    expect(new Set(versions).size).toBe(5);
    it.accounts.find("user", "ann");
    it.elsewhere.list("user");
    expect(it.accounts.version()).toBe(versions[4] ?? -1);
  });
}
