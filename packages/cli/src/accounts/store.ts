import { existsSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Accounts, AccountsUnavailable } from "@achex/server/accounts";
import type { Command } from "commander";
import { Failure } from "../failure.ts";

export interface AccountStoreFlags {
  readonly data?: string;
  readonly config?: string;
}

/** Accounts of a data folder, open for one command. */
export interface AccountStore {
  readonly accounts: Accounts;
  /** The data folder, shown so that users notice if it is not the one they meant. */
  readonly folder: string;
  /** Longest name in bytes; 0 means no limit. */
  readonly maxNameBytes: number;
}

/** The options of every command that works on stored accounts. */
export const withAccountStoreOptions = (command: Command): Command =>
  command
    .option("--data <FOLDER>", "data folder of the server (default: $ACHEX_DATA, else ./data)")
    .option("--config <FILE>", "config file of the server, which names the data folder");

/**
 * Runs one command on the accounts in the configured data folder. With `create`, the folder is created if it does not exist;
 * otherwise a missing folder is a Failure, because its name is probably misspelt.
 */
export async function withAccountStore<Result>(
  { data, config: file }: AccountStoreFlags,
  create: boolean,
  act: (store: AccountStore) => Promise<Result>,
): Promise<Result> {
  const { loadConfig } = await import("@achex/server/main");
  const config = loadConfig(data === undefined ? {} : { data }, file);
  const folder = resolve(config.data);
  if (!create && !existsSync(folder)) throw new Failure(`there is no data folder ${folder}; set it with --data`);
  const accounts = await openAccounts(folder);
  try {
    return await act({ accounts, folder, maxNameBytes: config.limits.nameBytes });
  } catch (error) {
    if (!(error instanceof AccountsUnavailable)) throw error;
    throw new Failure(`the accounts in ${folder} cannot be used: ${error.message}; nothing was changed`);
  } finally {
    accounts.close();
  }
}

async function openAccounts(folder: string): Promise<Accounts> {
  const { sqliteAccounts } = await import("@achex/server/accounts/sqlite");
  try {
    mkdirSync(folder, { recursive: true });
    return sqliteAccounts(folder);
  } catch (error) {
    const { failureText } = await import("@achex/server/failure-text");
    throw new Failure(`data folder ${folder} cannot be used: ${failureText(error)}`);
  }
}
