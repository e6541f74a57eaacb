import type { IncomingTransfer, Peer } from "@achex/files";
import { signal } from "@preact/signals";
import type { Database, Received } from "../storage/database.ts";
import type { Disk } from "../storage/disk.ts";
import { removeTransferFolder } from "../storage/private-folder.ts";
import { ChosenFolder, saveReceived, storedFile } from "../storage/saving.ts";
import { createTarget, placeOf } from "../storage/targets.ts";

export interface Offer {
  readonly transfer: IncomingTransfer;
  readonly peer: Peer;
}

/** What others send to this page: offers to decide on, and what is here and not saved yet. */
export class Arrivals {
  readonly offers = signal<readonly Offer[]>([]);
  readonly received = signal<readonly Received[]>([]);
  readonly #database: Database;
  readonly #disk: Disk;

  constructor(database: Database, disk: Disk) {
    this.#database = database;
    this.#disk = disk;
  }

  async restore(): Promise<void> {
    this.received.value = await this.#database.received();
  }

  offered(transfer: IncomingTransfer, peer: Peer, canContinue: boolean): void {
    if (canContinue) void this.#accept({ transfer, peer });
    else this.offers.value = [...this.offers.value, { transfer, peer }];
  }

  /** Accepts an offer; with a folder, complete files are moved there. */
  accept(offer: Offer, folder?: FileSystemDirectoryHandle): Promise<void> {
    this.#decided(offer);
    return this.#accept(offer, folder);
  }

  decline(offer: Offer): void {
    this.#decided(offer);
    offer.transfer.decline();
  }

  #decided(offer: Offer): void {
    this.offers.value = this.offers.value.filter((one) => one !== offer);
  }

  /** Removes offers whose sender is gone. */
  tidy(): void {
    if (this.offers.peek().some(({ transfer }) => transfer.isOver))
      this.offers.value = this.offers.peek().filter(({ transfer }) => !transfer.isOver);
  }

  async save(received: Received): Promise<void> {
    await saveReceived(this.#database, received);
  }

  async remove(received: Received): Promise<void> {
    this.received.value = this.received.value.filter((one) => one !== received);
    await this.#database.removeReceived(received.list);
    await removeTransferFolder(received.list).catch(() => {});
  }

  async #accept({ transfer, peer }: Offer, folder?: FileSystemDirectoryHandle): Promise<void> {
    const { list, files } = transfer;
    const place = placeOf(this.#database, this.#disk, list);
    const chosen =
      folder &&
      new ChosenFolder(
        folder,
        files.map(({ path }) => path),
      );
    // Browsers keep what was asked to be kept, and may remove the rest when space is short.
    void navigator.storage?.persist?.();
    const target = createTarget(
      place,
      async (file) => {
        if (!chosen) return false;
        await chosen.put(file, await storedFile(this.#database, list, file));
        return true;
      },
      async () => {
        if (chosen) return;
        const received = { list, files, from: peer.name, digests: [...transfer.digests] };
        await this.#database.addReceived(received);
        this.received.value = [...this.received.value.filter((one) => one.list !== list), received];
        if (files.length === 1) await saveReceived(this.#database, received);
      },
    );
    await transfer.accept(target);
  }
}
