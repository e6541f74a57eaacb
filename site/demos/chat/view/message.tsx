import { useState } from "preact/hooks";
import type { Conversation } from "../net/conversation.ts";
import { sendingMark, sendingText } from "../rules/sending.ts";
import { type Entry, isLate } from "../rules/timeline.ts";
import { hueOf } from "./hue.ts";
import { shownName } from "./names.ts";
import { Picture } from "./picture.tsx";
import { RichText } from "./rich-text.tsx";
import { fullText, hourText, shortText } from "./time.ts";

/** What the reader can do with a message. */
export interface MessageActions {
  reply(entry: Entry): void;
  edit(entry: Entry): void;
  remove(entry: Entry): void;
  pickReaction(entry: Entry): void;
  react(entry: Entry, emoji: string): void;
  show(ref: string): void;
}

export interface MessageProps {
  readonly entry: Entry;
  /** Without its head: it continues the one before. */
  readonly continues: boolean;
  readonly conversation: Conversation;
  readonly actions: MessageActions;
  readonly tags: ReadonlyMap<string, string>;
  /** Names of authors, for reactions. */
  readonly nameOf: (author: string) => string;
}

/** Characters from which a message is folded, and lines. */
const LONG = 1_500;
const MANY_LINES = 18;

export function AuthorName({
  author,
  name,
  tag,
}: {
  readonly author: string;
  readonly name: string;
  readonly tag: string | undefined;
}) {
  return (
    <>
      <bdi class={`chat-name ${hueOf(author)}`}>{shownName(name)}</bdi>
      {tag === undefined ? null : (
        <span class="muted small chat-tag" title="Several people have this name; this is the beginning of the key">
          {tag}
        </span>
      )}
    </>
  );
}

function Quoted({
  reference,
  conversation,
  show,
}: {
  readonly reference: string;
  readonly conversation: Conversation;
  readonly show: (ref: string) => void;
}) {
  const entry = conversation.find(reference);
  const text = !entry
    ? "a message that is not loaded"
    : entry.isDeleted
      ? "a deleted message"
      : entry.text || "an image";
  return (
    <button type="button" class="chat-quoted" onClick={() => show(reference)}>
      <span class="visually-hidden">In reply to </span>
      {entry && !entry.isDeleted ? <bdi class="chat-name">{shownName(entry.name)}</bdi> : null}{" "}
      <bdi>{text.slice(0, 160)}</bdi>
    </button>
  );
}

function Reactions({
  entry,
  conversation,
  actions,
  nameOf,
}: Pick<MessageProps, "entry" | "conversation" | "actions" | "nameOf">) {
  if (entry.reactions.size === 0) return null;
  return (
    <ul class="chat-reactions" aria-label="Reactions">
      {[...entry.reactions].slice(0, 20).map(([emoji, authors]) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={authors.has(conversation.me)}
            title={[...authors].slice(0, 20).map(nameOf).join(", ")}
            onClick={() => actions.react(entry, emoji)}
          >
            {emoji} {authors.size}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Failure({ entry, conversation }: Pick<MessageProps, "entry" | "conversation">) {
  const { sending } = entry;
  if (sending?.kind !== "failed") return null;
  return (
    <p class="chat-failure bad small" role="alert">
      {sendingText(sending, conversation.options.isDirect)}
      <button type="button" class="button small" onClick={() => conversation.retry(entry.ref)}>
        Retry
      </button>
      <button type="button" class="button small" onClick={() => conversation.discard(entry.ref)}>
        Discard
      </button>
    </p>
  );
}

/** The state of an own message: a mark, in words for those who ask or cannot see it. */
function State({ entry, conversation }: Pick<MessageProps, "entry" | "conversation">) {
  if (!entry.sending) return null;
  const text = sendingText(entry.sending, conversation.options.isDirect);
  return (
    <span class={`chat-state ${entry.sending.kind}`} title={text}>
      <span aria-hidden="true">{sendingMark(entry.sending)}</span>
      <span class="visually-hidden">{text}</span>
    </span>
  );
}

function Body({ entry }: { readonly entry: Entry }) {
  const [isUnfolded, unfold] = useState(false);
  if (entry.isDeleted) return <p class="muted chat-text">Message deleted</p>;
  const isLong = entry.text.length > LONG || entry.text.split("\n", MANY_LINES + 1).length > MANY_LINES;
  return (
    <>
      {entry.picture ? <Picture picture={entry.picture} text={entry.text} /> : null}
      {entry.text === "" ? null : (
        <p class={isLong && !isUnfolded ? "chat-text folded" : "chat-text"} dir="auto">
          <RichText text={entry.text} />
          {entry.isEdited ? <span class="muted small"> (edited)</span> : null}
        </p>
      )}
      {isLong ? (
        <button type="button" class="button small quiet" onClick={() => unfold(!isUnfolded)}>
          {isUnfolded ? "Show less" : "Show all"}
        </button>
      ) : null}
    </>
  );
}

function Tools({ entry, conversation, actions }: Pick<MessageProps, "entry" | "conversation" | "actions">) {
  if (entry.isDeleted || (entry.sending && entry.sending.kind !== "sent")) return null;
  const isMine = entry.author === conversation.me;
  return (
    <div class="chat-tools" role="toolbar" aria-label="Actions">
      <button type="button" title="React (+)" aria-label="React" onClick={() => actions.pickReaction(entry)}>
        ☺
      </button>
      <button type="button" title="Reply (R)" aria-label="Reply" onClick={() => actions.reply(entry)}>
        ↩
      </button>
      {isMine && !entry.picture ? (
        <button type="button" title="Edit (E)" aria-label="Edit" onClick={() => actions.edit(entry)}>
          ✎
        </button>
      ) : null}
      {isMine ? (
        <button type="button" title="Delete (Del)" aria-label="Delete" onClick={() => actions.remove(entry)}>
          ✕
        </button>
      ) : null}
    </div>
  );
}

/** Keys of a message that has the focus. */
function onKey(event: KeyboardEvent, { entry, conversation, actions }: MessageProps): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey || entry.isDeleted) return;
  const isMine = entry.author === conversation.me;
  const act = {
    r: actions.reply,
    "+": actions.pickReaction,
    ...(isMine && { e: actions.edit, delete: actions.remove }),
  }[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act(entry);
}

/** A message, or a notice between messages. */
export function Message(props: MessageProps) {
  const { entry, continues, conversation, actions, tags, nameOf } = props;
  if (entry.problem !== undefined)
    return (
      <p class="chat-notice muted small" data-ref={entry.ref}>
        {entry.problem}
      </p>
    );
  const { author, name, at, written, re, sending } = entry;
  return (
    // A message can be focused: its keys and its tools then work. The arrows move between messages.
    <article
      class={continues ? "chat-message continues" : "chat-message"}
      data-ref={entry.ref}
      tabIndex={-1}
      aria-label={`${shownName(name)}, ${hourText(at)}`}
      onKeyDown={(event) => onKey(event, props)}
    >
      {continues ? null : (
        <header>
          <AuthorName author={author} name={name} tag={tags.get(author)} />
          <time class="muted small" dateTime={new Date(at).toISOString()} title={fullText(at)}>
            {hourText(at)}
          </time>
          {isLate(entry) ? <span class="muted small">{`written ${shortText(written)}`}</span> : null}
        </header>
      )}
      {re === undefined ? null : <Quoted reference={re} conversation={conversation} show={actions.show} />}
      <Body entry={entry} />
      <Reactions entry={entry} conversation={conversation} actions={actions} nameOf={nameOf} />
      <Failure entry={entry} conversation={conversation} />
      {sending && sending.kind !== "failed" ? <State entry={entry} conversation={conversation} /> : null}
      <Tools entry={entry} conversation={conversation} actions={actions} />
    </article>
  );
}
