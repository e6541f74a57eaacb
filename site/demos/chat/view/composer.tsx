import { useEffect, useRef, useState } from "preact/hooks";
import { type PreparedImage, prepareImage } from "../net/image-in.ts";
import type { ChatPlace } from "../net/place.ts";
import { CAPTION_LENGTH, TEXT_LENGTH } from "../rules/message.ts";
import type { Entry } from "../rules/timeline.ts";
import { EmojiPicker } from "./emoji-picker.tsx";
import { shownName } from "./names.ts";
import { Picture } from "./picture.tsx";

/** What the text that is being written is for. */
export type Purpose =
  | { readonly kind: "new" }
  | { readonly kind: "reply"; readonly to: Entry }
  | { readonly kind: "edit"; readonly of: Entry };

interface ComposerProps {
  readonly place: ChatPlace;
  readonly purpose: Purpose;
  readonly setPurpose: (purpose: Purpose) => void;
  /** An image that was dropped on the page. */
  readonly dropped: Blob | undefined;
  readonly editLast: () => void;
}

/** On a phone, Enter begins a line, and the button sends. */
const isTouch = () => matchMedia("(pointer: coarse)").matches;

function PurposeLine({ purpose, cancel }: { readonly purpose: Purpose; readonly cancel: () => void }) {
  if (purpose.kind === "new") return null;
  return (
    <p class="chat-purpose small">
      {purpose.kind === "edit" ? (
        "Editing your message"
      ) : (
        <>
          Reply to <bdi>{shownName(purpose.to.name)}</bdi>
        </>
      )}
      <button type="button" class="button small quiet" onClick={cancel}>
        Cancel
      </button>
    </p>
  );
}

/** The image that will be sent, as everybody else will see it. */
function ImagePreview({
  prepared,
  text,
  cancel,
}: {
  readonly prepared: PreparedImage;
  readonly text: string;
  readonly cancel: () => void;
}) {
  const { bytes, image } = prepared;
  return (
    <div class="chat-preview">
      <Picture picture={{ bytes, ...image }} text={text} />
      <p class="small muted">
        {`${image.width} × ${image.height}, ${Math.ceil(bytes.length / 1_000)} kB. What you write below describes it for those who cannot see it.`}
      </p>
      <button type="button" class="button small" onClick={cancel}>
        Remove image
      </button>
    </div>
  );
}

function useComposer({ place, purpose, setPurpose, dropped }: ComposerProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(place.draft);
  const [image, setImage] = useState<PreparedImage | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const { conversation, session } = place;
  const limit = image ? CAPTION_LENGTH : TEXT_LENGTH;
  const change = (next: string) => {
    setText(next);
    if (purpose.kind !== "edit") place.draft = next;
    if (session.kind === "room") session.room.typed(next.trim() === "");
  };
  const attach = (file: Blob) => {
    setProblem("");
    prepareImage(file).then(setImage, (error: Error) => setProblem(error.message));
  };
  const send = () => {
    const clean = text.trim();
    if (clean.length > limit || (clean === "" && !image)) return;
    const re = purpose.kind === "reply" ? { re: purpose.to.ref } : {};
    if (image) conversation.post({ k: "image", t: clean, image: image.image, ...re }, image.bytes);
    else if (purpose.kind === "edit")
      conversation.post({ k: "edit", of: purpose.of.ref.slice(purpose.of.ref.indexOf(".") + 1), t: clean });
    else conversation.post({ k: "text", t: clean, ...re });
    change("");
    place.draft = "";
    setImage(undefined);
    setPurpose({ kind: "new" });
  };
  useEffect(() => {
    if (purpose.kind === "edit") setText(purpose.of.text);
    else setText(place.draft);
    if (purpose.kind !== "new") box.current?.focus();
  }, [purpose]);
  useEffect(() => {
    // On a phone, the keyboard would cover what is to be read.
    if (!isTouch()) box.current?.focus();
  }, []);
  useEffect(() => {
    if (dropped) attach(dropped);
  }, [dropped]);
  return { box, text, image, setImage, problem, limit, change, attach, send };
}

type State = ReturnType<typeof useComposer>;

function onKey(event: KeyboardEvent, { send, text }: State, { purpose, setPurpose, editLast }: ComposerProps): void {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !isTouch()) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && purpose.kind !== "new") setPurpose({ kind: "new" });
  else if (event.key === "ArrowUp" && text === "" && purpose.kind === "new") {
    event.preventDefault();
    editLast();
  }
}

function onPaste(event: ClipboardEvent, { attach }: State): void {
  const file = [...(event.clipboardData?.files ?? [])][0];
  if (!file) return;
  event.preventDefault();
  attach(file);
}

function Field({ state, props }: { readonly state: State; readonly props: ComposerProps }) {
  const { box, text, image, change, limit } = state;
  const left = limit - text.trim().length;
  return (
    <>
      <label class="visually-hidden" for="chat-text">
        {image ? "Description of the image" : "Message"}
      </label>
      <textarea
        id="chat-text"
        ref={box}
        rows={1}
        dir="auto"
        value={text}
        placeholder={image ? "Describe the image" : "Message"}
        enterkeyhint={isTouch() ? "enter" : "send"}
        aria-invalid={left < 0}
        onInput={({ currentTarget }) => change(currentTarget.value)}
        onKeyDown={(event) => onKey(event, state, props)}
        onPaste={(event) => onPaste(event, state)}
      />
      {left > 500 ? null : (
        <span class={left < 0 ? "bad small" : "muted small"} role="status">
          {left < 0 ? `${-left} characters too many` : `${left} left`}
        </span>
      )}
    </>
  );
}

const ICONS = {
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  emoji: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 14c1 3 7 3 8 0M9 9.5v.01M15 9.5v.01",
} as const;

function IconButton({
  icon,
  label,
  onClick,
}: {
  readonly icon: keyof typeof ICONS;
  readonly label: string;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" class="tool" title={label} aria-label={label} onClick={onClick}>
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d={ICONS[icon]}
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
    </button>
  );
}

function AttachButton({ attach }: Pick<State, "attach">) {
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={file}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/gif,image/webp,image/avif"
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen) attach(chosen);
          currentTarget.value = "";
        }}
      />
      <IconButton icon="image" label="Send an image" onClick={() => file.current?.click()} />
    </>
  );
}

function EmojiButton({ state }: { readonly state: State }) {
  const { box, text, change } = state;
  const [isOpen, setOpen] = useState(false);
  const insert = (emoji: string) => {
    const at = box.current?.selectionStart ?? text.length;
    change(text.slice(0, at) + emoji + text.slice(box.current?.selectionEnd ?? at));
    setOpen(false);
    box.current?.focus();
  };
  return (
    <>
      <IconButton icon="emoji" label="Emoji" onClick={() => setOpen(true)} />
      {isOpen ? <EmojiPicker choose={insert} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Where messages are written. */
export function Composer(props: ComposerProps) {
  const { purpose, setPurpose } = props;
  const state = useComposer(props);
  const { box, text, image, setImage, problem, attach, send } = state;
  return (
    <form
      class="chat-composer"
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
        box.current?.focus();
      }}
    >
      <PurposeLine purpose={purpose} cancel={() => setPurpose({ kind: "new" })} />
      {image ? <ImagePreview prepared={image} text={text} cancel={() => setImage(undefined)} /> : null}
      {problem === "" ? null : (
        <p class="bad small" role="alert">
          {problem}
        </p>
      )}
      <div class="chat-write">
        <AttachButton attach={attach} />
        <EmojiButton state={state} />
        <Field state={state} props={props} />
        <button type="submit" class="button primary small" disabled={text.trim() === "" && !image}>
          {purpose.kind === "edit" ? "Save" : "Send"}
        </button>
      </div>
    </form>
  );
}
