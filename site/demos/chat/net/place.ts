import type { ReadonlySignal } from "@preact/signals";
import { signal } from "@preact/signals";
import type { Conversation } from "./conversation.ts";
import type { DirectSession } from "./direct-session.ts";
import { Reading } from "./reading.ts";
import type { RoomSession } from "./room-session.ts";

/** An entry of the list: a room or a person, with what has been read and what is being written there. */
export interface ChatPlace {
  readonly id: string;
  readonly conversation: Conversation;
  readonly reading: Reading;
  readonly session:
    | { readonly kind: "room"; readonly room: RoomSession }
    | { readonly kind: "direct"; readonly direct: DirectSession };
  /** What is written and not sent. */
  draft: string;
}

const never: ReadonlySignal<string | undefined> = signal(undefined);

const readingOf = ({ options, me, entries }: Conversation, epoch: ReadonlySignal<string | undefined>): Reading =>
  new Reading(options.id, me, entries, epoch);

export const roomPlace = (room: RoomSession): ChatPlace => ({
  ...{ id: room.conversation.options.id, conversation: room.conversation, draft: "" },
  reading: readingOf(room.conversation, room.epoch),
  session: { kind: "room", room },
});

export const directPlace = (direct: DirectSession): ChatPlace => ({
  ...{ id: direct.conversation.options.id, conversation: direct.conversation, draft: "" },
  reading: readingOf(direct.conversation, never),
  session: { kind: "direct", direct },
});

export const titleOf = ({ session }: ChatPlace): string =>
  session.kind === "room" ? session.room.address.name : session.direct.peer.value.name;
