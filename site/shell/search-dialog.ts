import type { Entry } from "./search-engine.ts";
import { searchEngine } from "./search-index.ts";

const MAX_HITS = 20;
/** Characters shown before the first match in a text. */
const LEAD = 40;

/** An excerpt that starts shortly before the first match, with all matches marked. */
function excerpt(text: string, query: string): Node[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - LEAD);
  const shown = (start > 0 ? "…" : "") + text.slice(places.length > 0 ? start : 0).slice(0, 160);
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return shown.split(new RegExp(`(${escaped.join("|")})`, "i")).map((part, at) => {
    if (at % 2 === 0) return document.createTextNode(part);
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}

function itemOf([address, title, heading, text]: Entry, at: number, query: string): HTMLLIElement {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `search-result-${at}`;
  item.ariaSelected = String(at === 0);
  const link = document.createElement("a");
  link.href = address;
  // The field keeps the focus; the arrows choose.
  link.tabIndex = -1;
  const small = document.createElement("small");
  small.append(...excerpt(text, query));
  link.append(heading === "" ? title : `${title} › ${heading}`, small);
  item.append(link);
  return item;
}

interface Dialog {
  readonly dialog: HTMLDialogElement;
  readonly field: HTMLInputElement;
  readonly list: HTMLElement;
  readonly status: HTMLElement;
}

const chosenIn = (list: HTMLElement) => list.querySelector<HTMLLIElement>('[aria-selected="true"]');

function choose({ field, list }: Dialog, item: Element | null | undefined): void {
  if (!(item instanceof HTMLLIElement)) return;
  for (const other of list.children) other.ariaSelected = String(other === item);
  field.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

/** The message about the results; undefined to show the initial hint. */
function statusText(query: string, hits: readonly Entry[] | undefined): string | undefined {
  if (query === "") return undefined;
  if (!hits) return "Relay unreachable, so search is not available.";
  if (hits.length === 0) return "No matches. Try fewer or shorter words.";
  return `${hits.length === MAX_HITS ? "The best " : ""}${hits.length} found. Use the arrow keys and Enter.`;
}

async function show(parts: Dialog, hint: readonly Node[]): Promise<void> {
  const { field, list, status } = parts;
  const query = field.value.trim();
  const hits = await searchEngine().then(
    (engine) => engine.find(query, MAX_HITS),
    () => undefined,
  );
  // Ignore results for an earlier query, which would replace the newer ones.
  if (query !== field.value.trim()) return;
  list.replaceChildren(...(hits ?? []).map((hit, at) => itemOf(hit, at, query)));
  list.hidden = list.children.length === 0;
  field.ariaExpanded = String(!list.hidden);
  field.removeAttribute("aria-activedescendant");
  choose(parts, list.firstElementChild);
  const text = statusText(query, hits);
  status.replaceChildren(...(text === undefined ? hint : [text]));
}

function onKey(parts: Dialog, event: KeyboardEvent): void {
  const { dialog, list } = parts;
  const chosen = chosenIn(list);
  if (event.key === "ArrowDown") choose(parts, chosen?.nextElementSibling ?? list.firstElementChild);
  else if (event.key === "ArrowUp") choose(parts, chosen?.previousElementSibling ?? list.lastElementChild);
  else if (event.key === "Enter") chosen?.querySelector("a")?.click();
  else if (event.key === "Escape") {
    // Otherwise the first Escape would only clear the field.
    dialog.close();
    // Until the next animation frame the hidden field would keep the focus, and the next `/` would be typed into it.
    parts.field.blur();
  } else return;
  event.preventDefault();
}

/** Opens with `/`, except in a text field, and with the button in the header. */
export function startSearch(): void {
  const dialog = document.getElementById("search");
  const field = document.getElementById("search-words");
  const list = document.getElementById("search-results");
  const status = document.getElementById("search-said");
  if (!(dialog instanceof HTMLDialogElement && field instanceof HTMLInputElement && list && status)) return;
  const parts = { dialog, field, list, status };
  const hint = [...status.childNodes];
  const open = () => {
    dialog.showModal();
    field.select();
    void show(parts, hint);
  };

  document.getElementById("search-open")?.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (key !== "/" || ctrlKey || metaKey || altKey || dialog.open) return;
    if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("input", () => show(parts, hint));
  field.addEventListener("keydown", (event) => onKey(parts, event));
  // A link within the current page loads nothing, so the dialog would stay open.
  list.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
