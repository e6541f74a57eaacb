import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  base64Of,
  bytesFromBase64,
  type KnownSecret,
  peerKeyOf,
  type SavedTransfer,
  type SecretStore,
  type TransferStore,
} from "@achex/files";

const PREFIX = ".achex-partial-";
const STATE = "state.json";

/** What a folder keeps of a transfer, beside the partial files. */
interface StoredTransfer extends Omit<SavedTransfer, "mark"> {
  readonly mark?: { readonly offset: number; readonly state: string } | undefined;
  /** The secret shared with the sender, by which it is recognised. */
  readonly secret: string;
  readonly isVerified: boolean;
  /** Where the files go: the first part of each path, as it was free. */
  readonly tops: Readonly<Record<string, string>>;
}

/** Hidden folders next to the received files, one for each transfer that is not complete: partial files, and how far they are. */
export class PartialFolders implements TransferStore, SecretStore {
  readonly into: string;
  readonly #secrets = new Map<string, KnownSecret>();
  readonly #tops = new Map<string, Readonly<Record<string, string>>>();

  private constructor(into: string) {
    this.into = into;
  }

  /** Reads what earlier calls left in that folder. */
  static async open(into: string): Promise<PartialFolders> {
    await mkdir(into, { recursive: true });
    const folders = new PartialFolders(into);
    for (const name of await readdir(into)) {
      if (!name.startsWith(PREFIX)) continue;
      const stored = await folders.#read(name.slice(PREFIX.length));
      const secret = bytesFromBase64(stored?.secret);
      if (stored && secret) folders.remember(secret, stored.isVerified);
    }
    return folders;
  }

  folderOf(list: string): string {
    return join(this.into, `${PREFIX}${list}`);
  }

  list(): readonly KnownSecret[] {
    return [...this.#secrets.values()];
  }

  remember(secret: Uint8Array<ArrayBuffer>, isVerified: boolean): void {
    this.#secrets.set(base64Of(secret), { secret, isVerified, kind: "remembered" });
  }

  topsOf(list: string): Readonly<Record<string, string>> | undefined {
    return this.#tops.get(list);
  }

  chooseTops(list: string, tops: Readonly<Record<string, string>>): void {
    this.#tops.set(list, tops);
  }

  async load(list: string): Promise<SavedTransfer | undefined> {
    const stored = await this.#read(list);
    if (!stored) return undefined;
    this.#tops.set(list, stored.tops);
    const state = bytesFromBase64(stored.mark?.state);
    const { peerKey, files, file, mark } = stored;
    return { list, peerKey, files, file, ...(mark && state && { mark: { offset: mark.offset, state } }) };
  }

  async save({ mark, ...transfer }: SavedTransfer): Promise<void> {
    const folder = this.folderOf(transfer.list);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const sender = this.list().find(({ secret }) => peerKeyOf(secret) === transfer.peerKey);
    const stored: StoredTransfer = {
      ...transfer,
      ...(mark && { mark: { offset: mark.offset, state: base64Of(mark.state) } }),
      secret: sender ? base64Of(sender.secret) : "",
      isVerified: sender?.isVerified ?? false,
      tops: this.#tops.get(transfer.list) ?? {},
    };
    // A crash leaves the old state or the new one.
    const path = join(folder, STATE);
    await writeFile(`${path}.new`, JSON.stringify(stored), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async remove(list: string): Promise<void> {
    this.#tops.delete(list);
    await rm(this.folderOf(list), { recursive: true, force: true });
  }

  async #read(list: string): Promise<StoredTransfer | undefined> {
    try {
      const stored: StoredTransfer = JSON.parse(await readFile(join(this.folderOf(list), STATE), "utf8"));
      return Array.isArray(stored.files) ? stored : undefined;
    } catch {
      return undefined;
    }
  }
}
