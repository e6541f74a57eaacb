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
  /** The data folder, for the person who may have meant another. */
  readonly folder: string;
  /** Bytes a name may have; 0 is no limit. */
  readonly maxNameBytes: number;
}

/** The options of every command that works on stored accounts. */
export const withAccountStoreOptions = (command: Command): Command =>
  command
    .option("--data <FOLDER>", "data folder of the server (default: $ACHEX_DATA, else ./data)")
    .option("--config <FILE>", "config file of the server, which names the data folder");

/**
 * Runs one command on the accounts of the data folder that flags, environment and config file name. `create` makes the folder
 * if need be; otherwise a folder that is not there is a Failure, for it is most likely misspelt.
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
