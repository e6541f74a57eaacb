import { unmasked } from "../model/password-mask.ts";
import { fillTemplate } from "../model/templates.ts";
import type { App } from "../state/app.ts";
import type { Client } from "../state/client.ts";
import { ComposerMenus, templateContext } from "./composer-menus.tsx";
import { useHistory } from "./use-history.ts";

/** Shows what the server will do with the draft. */
function PreviewLine({ client }: { readonly client: Client }) {
  const preview = client.preview.value;
  return (
    <p class={`preview ${preview?.tone ?? ""}`} id={`preview-${client.id}`} aria-live="polite">
      {preview ? (
        <>
          <strong>{preview.headline}</strong> <span>{preview.detail}</span>
          {preview.code === undefined ? null : (
            <>
              {" "}
              <a href={`/errors#${preview.code}`}>{preview.code}</a>
            </>
          )}
        </>
      ) : (
        <span>
          Type a frame or choose a template to preview where it goes.{" "}
          <span class="keys">
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> adds a line, <kbd>↑</kbd> recalls sent frames.
          </span>
        </span>
      )}
    </p>
  );
}

/** Scrolls the page if the docked composer covers the end of the log, where the sent frame appears. */
function showLog(client: Client): void {
  const panel = document.getElementById(`client-${client.id}`);
  const log = panel?.querySelector(".log-part")?.getBoundingClientRect();
  const composer = panel?.querySelector(".composer")?.getBoundingClientRect();
  if (log && composer && log.bottom > composer.top) scrollBy(0, log.bottom - composer.top);
}

interface ComposerProps {
  readonly app: App;
  readonly client: Client;
}

interface DraftProps {
  /** A frame that could be sent. */
  readonly example: string;
  readonly client: Client;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function Draft({ client, example, onKeyDown }: DraftProps) {
  const { id, draft, binary } = client;
  return (
    <div class="field">
      <textarea
        id={`draft-${id}`}
        class="mono"
        rows={2}
        aria-label={binary.value ? "Bytes to send, in hex" : "Frame to send"}
        aria-describedby={`preview-${id}`}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        placeholder={binary.value ? "Bytes in hex, such as 00 ff 7b" : example}
        spellcheck={false}
        autocapitalize="off"
        value={draft.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The editor for frames to send. */
export function Composer({ app, client }: ComposerProps) {
  const { draft, binary } = client;
  const pick = (text: string, asBinary: boolean) => {
    draft.value = text;
    binary.value = asBinary;
  };
  const recall = useHistory(app, client, pick);
  const send = () => {
    if (client.sendDraft() && !binary.value) app.remember(draft.value);
    recall.reset();
    showLog(client);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
    const by = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (by === 0 || event.shiftKey || !(event.altKey || recall.walking())) return;
    event.preventDefault();
    recall.step(by);
  };
  return (
    <div class={client.phase.value === "open" ? "composer docked" : "composer"}>
      <Draft
        example={fillTemplate('{"to":"Alex","msg":"hi"}', templateContext(app, client))}
        client={client}
        onKeyDown={onKeyDown}
      />
      <PreviewLine client={client} />
      <p class="visually-hidden" role="status">
        {client.announcement.value}
      </p>
      <div class="cluster close menu-bar">
        <button type="button" class="button primary send" disabled={client.phase.value !== "open"} onClick={send}>
          Send
        </button>
        <ComposerMenus
          app={app}
          client={client}
          pick={(text, asBinary) => {
            pick(unmasked(text, client.password.value), asBinary);
            recall.reset();
            document.getElementById(`draft-${client.id}`)?.focus();
          }}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={binary.value}
            onChange={(event) => {
              binary.value = event.currentTarget.checked;
            }}
          />
          Binary
        </label>
      </div>
    </div>
  );
}
