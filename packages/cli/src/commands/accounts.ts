import { isName } from "@achex/protocol";
import type { AccountKind, Delivery } from "@achex/server/accounts";
import { printable } from "@achex/server/printable";
import { Command, Option } from "commander";
import { generatePassword, readPassword } from "../accounts/password.ts";
import {
  type AccountStore,
  type AccountStoreFlags,
  withAccountStore,
  withAccountStoreOptions,
} from "../accounts/store.ts";
import { Failure } from "../failure.ts";
import { EXIT_CODES } from "../options.ts";
import { notice } from "../terminal.ts";

interface PasswordFlags extends AccountStoreFlags {
  readonly generate?: boolean;
}

interface AddFlags extends PasswordFlags {
  readonly delivery?: Delivery;
}

const GENERATE = "generate a strong password and print it once to standard output";

/** Asks for the new password, or generates one and prints it after the account is stored. */
async function store(
  { accounts, folder }: AccountStore,
  account: { readonly kind: AccountKind; readonly name: string; readonly delivery: Delivery },
  { generate, done }: { readonly generate: boolean; readonly done: string },
): Promise<void> {
  const shown = `${account.kind} ${account.name}`;
  const password = generate ? generatePassword() : await readPassword(shown);
  const { argonPasswords } = await import("@achex/server/passwords");
  accounts.put({ ...account, passwordHash: await argonPasswords.hash(password) });
  notice(`${done} ${shown} in ${folder}${generate ? "; its password, shown only once:" : ""}`);
  if (generate) console.log(password);
}

async function add(opened: AccountStore, kind: AccountKind, name: string, flags: AddFlags): Promise<void> {
  const { accounts, maxNameBytes } = opened;
  if (!isName(name, maxNameBytes))
    throw new Failure(
      `a name must have 1 to ${maxNameBytes || "any number of"} bytes and no control characters; choose another`,
    );
  for (const other of ["service", "user"] as const) {
    if (!accounts.find(other, name)) continue;
    const remedy = other === kind ? `"achex ${kind} passwd" changes its password` : "choose another name";
    throw new Failure(`${name} is already a ${other}; ${remedy}`);
  }
  const account = { kind, name, delivery: flags.delivery ?? "all" };
  await store(opened, account, { generate: flags.generate ?? false, done: "added" });
}

async function passwd(opened: AccountStore, kind: AccountKind, name: string, flags: PasswordFlags): Promise<void> {
  const account = opened.accounts.find(kind, name);
  if (!account) throw missing(kind, name, opened);
  await store(opened, account, { generate: flags.generate ?? false, done: "changed the password of" });
}

function remove(opened: AccountStore, kind: AccountKind, name: string): void {
  if (!opened.accounts.remove(kind, name)) throw missing(kind, name, opened);
  notice(`removed ${kind} ${name} from ${opened.folder}`);
}

function list({ accounts, folder }: AccountStore, kind: AccountKind): void {
  const found = accounts.list(kind);
  for (const { name, delivery } of found) console.log(printable(name) + (kind === "service" ? `\t${delivery}` : ""));
  if (found.length === 0) notice(`there are no ${kind}s in ${folder}; "achex ${kind} add NAME" adds one`);
}

const missing = (kind: AccountKind, name: string, { folder }: AccountStore) =>
  new Failure(`there is no ${kind} ${name} in ${folder}; "achex ${kind} list" lists them`);

/** `achex service` or `achex user`: adds, lists and removes accounts and changes their passwords. */
function accountsCommand(kind: AccountKind, description: string, footer: string): Command {
  const command = new Command(kind).description(description).addHelpText("after", footer);
  const sub = (usage: string, text: string) => withAccountStoreOptions(command.command(usage).description(text));
  const adding = sub("add <NAME>", `Add a ${kind}. Asks for its password, or reads it from standard input.`);
  if (kind === "service") {
    const help = "who receives messages to its name: all its sessions, or one of them in turn";
    adding.addOption(new Option("--delivery <TO>", help).choices(["all", "one"]).default("all"));
  }
  adding
    .option("--generate", GENERATE)
    .action((name: string, flags: AddFlags) =>
      withAccountStore(flags, true, (opened) => add(opened, kind, name, flags)),
    );
  sub("list", `List the ${kind}s.`).action((flags: AccountStoreFlags) =>
    withAccountStore(flags, false, async (opened) => list(opened, kind)),
  );
  sub("remove <NAME>", `Remove a ${kind} and close its sessions within a second.`).action(
    (name: string, flags: AccountStoreFlags) =>
      withAccountStore(flags, false, async (opened) => remove(opened, kind, name)),
  );
  sub("passwd <NAME>", `Change the password of a ${kind} and close its sessions within a second.`)
    .option("--generate", GENERATE)
    .action((name: string, flags: PasswordFlags) =>
      withAccountStore(flags, false, (opened) => passwd(opened, kind, name, flags)),
    );
  return command;
}

const SERVICE_FOOTER = `
A service is a program with a reserved name: it logs in with serviceID and its password, and users cannot take its name.
Changes take effect immediately, even in a running relay.

Examples:
  $ achex service add calc
  $ achex service add calc --delivery one --generate
  $ achex service passwd calc < new-password.txt

${EXIT_CODES}`;

export const serviceCommand = (): Command =>
  accountsCommand("service", "Manage services: programs with reserved names.", SERVICE_FOOTER);

const USER_FOOTER = `
With "achex serve --auth accounts" only these users can log in. Changes take effect immediately, even in a running relay.

Examples:
  $ achex user add alice
  $ achex user add alice --generate
  $ achex user remove alice

${EXIT_CODES}`;

export const userCommand = (): Command =>
  accountsCommand("user", 'Manage the users of "achex serve --auth accounts".', USER_FOOTER);
