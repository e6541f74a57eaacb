import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { type IncomingTransfer, type Peer, safePath } from "@achex/files";
import { Failure } from "../failure.ts";
import { interrupted } from "../interrupted.ts";
import { FolderTarget } from "./folder-target.ts";
import { invited, isRightPeer, type Meeting, type MeetingFlags, meet } from "./meeting.ts";
import { PartialFolders } from "./partial-folder.ts";
import { confirmed, ProgressLine, progressText, say, sizeText } from "./show.ts";

export interface ReceiveFlags extends MeetingFlags {
  readonly into: string;
}

/** Files of an offer that are listed before the question. */
const LISTED = 10;

function describe({ files, total, bytes }: IncomingTransfer, peer: Peer): void {
  say(`${peer.name} offers ${files.length} files, ${sizeText(total)}:`);
  for (const { path, size } of files.slice(0, LISTED)) say(`  ${safePath(path).join("/")}  ${sizeText(size)}`);
  if (files.length > LISTED) say(`  and ${files.length - LISTED} more`);
  if (bytes > 0) say(`${sizeText(bytes)} of them are here already.`);
}

async function hasRoom(into: string, needed: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(into);
  return bavail * bsize > needed;
}

/** One call of `achex files receive`: it ends with the first transfer that was accepted. */
class Receiving {
  readonly done = Promise.withResolvers<void>();
  readonly meeting = Promise.withResolvers<Meeting>();
  readonly #flags: ReceiveFlags;
  readonly #folders: PartialFolders;
  readonly #line = new ProgressLine();
  #transfer: IncomingTransfer | undefined;
  #target: FolderTarget | undefined;
  /** Questions are asked one after the other. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(flags: ReceiveFlags, folders: PartialFolders) {
    this.#flags = flags;
    this.#folders = folders;
    this.done.promise.catch(() => {});
  }

  offered(transfer: IncomingTransfer, peer: Peer, canContinue: boolean): void {
    this.#asking = this.#asking
      .then(() => this.#decide(transfer, peer, canContinue))
      .catch((error) => {
        transfer.decline("The receiver cannot take the files.");
        this.done.reject(error);
      });
  }

  changed(): void {
    const transfer = this.#transfer;
    if (!transfer) return;
    if (!transfer.isOver) {
      this.#line.show(progressText(transfer));
      return;
    }
    this.#line.clear();
    this.#transfer = undefined;
    if (transfer.state !== "done") {
      this.done.reject(new Failure(`the transfer was not completed: ${transfer.why}`));
      return;
    }
    for (const [file, path] of (this.#target?.placed ?? []).entries())
      if (path !== undefined) process.stdout.write(`${transfer.digests[file]}  ${path}\n`);
    this.done.resolve();
  }

  async #decide(transfer: IncomingTransfer, peer: Peer, canContinue: boolean): Promise<void> {
    if (this.#transfer && !this.#transfer.isOver) return transfer.decline("The receiver is busy.");
    describe(transfer, peer);
    if (!(await hasRoom(this.#folders.into, transfer.total - transfer.bytes)))
      throw new Failure(`there is not enough space in ${this.#folders.into}`);
    if (!canContinue && !(await this.#isWanted(peer))) {
      transfer.decline();
      return;
    }
    if (transfer.isOver) return;
    this.#target = new FolderTarget(transfer, this.#folders);
    this.#transfer = transfer;
    await transfer.accept(this.#target);
  }

  /** A user who started this command with a link, or with --yes, wants the files. */
  async #isWanted(peer: Peer): Promise<boolean> {
    // Offers may come while the room is being joined.
    const meeting = await this.meeting.promise;
    const hasLink = peer.pair?.kind === "link";
    if (!(await isRightPeer(meeting, peer, this.#flags))) return false;
    return hasLink || this.#flags.yes || confirmed("Accept the files?", "--yes");
  }
}

export async function receive(code: string, flags: ReceiveFlags): Promise<void> {
  const folders = await PartialFolders.open(resolve(flags.into));
  const receiving = new Receiving(flags, folders);
  const meeting = await meet(invited(code), flags, {
    secrets: folders,
    transfers: folders,
    marks: { load: async () => [], async save() {}, async remove() {} },
    offered: (transfer, peer, canContinue) => receiving.offered(transfer, peer, canContinue),
    changed: () => receiving.changed(),
  });
  receiving.meeting.resolve(meeting);
  say(`In room ${meeting.code}. Waiting for the sender…`);
  try {
    const stopped = interrupted().then(() => {
      throw new Failure("interrupted; run the command again, and it goes on");
    });
    await Promise.race([receiving.done.promise, meeting.ended, stopped]);
  } finally {
    await meeting.close();
  }
}
