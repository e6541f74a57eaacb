import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/shell/dialog.tsx";
import dataUrl from "./emoji-data.ts?worker";

interface Group {
  readonly name: string;
  readonly emoji: readonly (readonly [emoji: string, name: string])[];
}

const COMMON = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "✅", "👀", "🚀"];
/** Emoji that a search shows. */
const FOUND = 120;

let loaded: readonly Group[] | undefined;

async function load(): Promise<readonly Group[]> {
  const { groups }: { readonly groups: readonly string[] } = await import(dataUrl);
  return groups.map((text) => {
    const [name = "", ...lines] = text.split("\t");
    return {
      name,
      emoji: lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
    };
  });
}

function matching(groups: readonly Group[], search: string): readonly Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  const emoji = groups
    .flatMap((group) => group.emoji)
    .filter(([, name]) => words.every((word) => name.toLowerCase().includes(word)));
  return [{ name: `Found: ${emoji.length}`, emoji: emoji.slice(0, FOUND) }];
}

function Buttons({ list, choose }: { readonly list: Group["emoji"]; readonly choose: (emoji: string) => void }) {
  return (
    <div class="chat-emoji">
      {list.map(([emoji, name]) => (
        <button key={emoji} type="button" title={name} aria-label={name} onClick={() => choose(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
}

/** All emoji, with search. */
export function EmojiPicker({
  choose,
  onClose,
}: {
  readonly choose: (emoji: string) => void;
  readonly onClose: () => void;
}) {
  const [groups, setGroups] = useState(loaded);
  const [search, setSearch] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    load().then(
      (found) => {
        loaded = found;
        setGroups(found);
      },
      () => setProblem("The list of emoji could not be loaded. Check the connection, and open this again."),
    );
  }, []);
  return (
    <Dialog title="Emoji" onClose={onClose}>
      <label class="field">
        <span>Search</span>
        <input value={search} placeholder="heart" onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
      </label>
      {search === "" ? <Buttons list={COMMON.map((emoji) => [emoji, emoji] as const)} choose={choose} /> : null}
      <p role="status" class="muted small">
        {problem || (groups ? "" : "Loading…")}
      </p>
      {matching(groups ?? [], search).map(({ name, emoji }) => (
        <section key={name} class="stack tight">
          <h3 class="small">{name}</h3>
          <Buttons list={emoji} choose={choose} />
        </section>
      ))}
    </Dialog>
  );
}
