import type { OutgoingTransfer, Peer } from "@achex/files";
import { renderUnicodeCompact } from "uqr";
import { Failure } from "../failure.ts";
import { interrupted } from "../interrupted.ts";
import { invited, isRightPeer, type Meeting, type MeetingFlags, meet } from "./meeting.ts";
import { ProgressLine, progressText, say, sizeText } from "./show.ts";
import { sourcesFrom } from "./sources.ts";

export interface SendFlags extends MeetingFlags {
  readonly to?: string;
}

/** A sender keeps nothing: run again, the command sends the same files, and the receiver goes on. */
const nothingKept = {
  secrets: { list: () => [], remember() {} },
  marks: { load: async () => [], async save() {}, async remove() {} },
  transfers: { load: async () => undefined, async save() {}, async remove() {} },
};

/** Calls the check now and at each change, until it gives something. */
class Changes {
  readonly #checks = new Set<() => void>();
  readonly changed = () => {
    for (const check of this.#checks) check();
  };

  until<T>(check: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          const found = check();
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          reject(error);
        }
        this.#checks.delete(run);
      };
      this.#checks.add(run);
      run();
    });
  }
}

/** The other client in the room, as soon as there is one with keys. */
function onlyPeer({ exchange }: Meeting): Peer | undefined {
  const peers = [...exchange.room.peers.values()];
  if (peers.length > 1)
    throw new Failure(
      `${peers.length} others are in this room; use a new room, to which only the receiver has the code`,
    );
  return peers.find(({ pair }) => pair);
}

function inviteReceiver({ code, link }: Meeting): void {
  process.stdout.write(`${link}\n`);
  if (process.stderr.isTTY) process.stderr.write(`${renderUnicodeCompact(link)}\n`);
  say(`Open the link, scan the code, or run:  achex files receive '${link}'`);
  say(`Room code: ${code}. Waiting for the receiver…`);
}

async function finished(transfer: OutgoingTransfer, changes: Changes): Promise<void> {
  const line = new ProgressLine();
  await changes.until(() => {
    line.show(progressText(transfer));
    return transfer.isOver ? true : undefined;
  });
  line.clear();
  const { state, why } = transfer;
  if (state === "declined") throw new Failure(`the receiver did not accept the files: ${why}`);
  if (state !== "done") throw new Failure(`the transfer was not completed: ${why}`);
  for (const [file, { path }] of transfer.files.entries()) process.stdout.write(`${transfer.digests[file]}  ${path}\n`);
}

export async function send(paths: readonly string[], flags: SendFlags): Promise<void> {
  const sources = await sourcesFrom(paths);
  const changes = new Changes();
  const parts = { ...nothingKept, changed: changes.changed };
  const meeting = await meet(invited(flags.to), flags, {
    ...parts,
    offered: (transfer) => transfer.decline("This side only sends."),
  });
  try {
    if (flags.to === undefined) inviteReceiver(meeting);
    const stopped = interrupted().then(() => {
      throw new Failure("interrupted; run the command again with the same files, and the receiver goes on");
    });
    await Promise.race([
      meeting.ended,
      stopped,
      (async () => {
        const peer = await changes.until(() => onlyPeer(meeting));
        if (!(await isRightPeer(meeting, peer, flags))) throw new Failure("nothing was sent");
        const transfer = meeting.exchange.send(peer, sources);
        say(`${transfer.files.length} files, ${sizeText(transfer.total)}, to ${peer.name}. Waiting for an answer…`);
        await finished(transfer, changes);
      })(),
    ]);
  } finally {
    await meeting.close();
  }
}
