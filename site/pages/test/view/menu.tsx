import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface MenuItem {
  readonly label: string;
  /** Shown in small print next to the label. */
  readonly note?: string;
  /** A frame, shown on its own line. */
  readonly code?: string;
  readonly pick: () => void;
}

export interface MenuGroup {
  readonly title?: string;
  readonly items: readonly MenuItem[];
}

interface MenuProps {
  readonly label: string;
  readonly groups: readonly MenuGroup[];
}

const itemsIn = (list: Element | null): HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? []),
];

/** The item that a key moves to. Letters move to the next item that starts with them. */
function itemFor(key: string, items: readonly HTMLElement[]): HTMLElement | undefined {
  const active = document.activeElement;
  const at = active instanceof HTMLElement ? items.indexOf(active) : -1;
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  if (key === "ArrowUp") return items.at(at <= 0 ? -1 : at - 1);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return after.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
}

function Items({ groups, done }: { readonly groups: readonly MenuGroup[]; readonly done: () => void }) {
  return (
    <>
      {groups.map(({ title, items }, index) => (
        <fieldset key={title ?? index} aria-label={title}>
          {title === undefined ? null : (
            <p class="menu-title" aria-hidden="true">
              {title}
            </p>
          )}
          {items.map(({ label, note, code, pick }, at) => (
            <button
              key={at}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                done();
                pick();
              }}
            >
              {label === "" ? null : <span>{label}</span>}
              {note === undefined ? null : <small>{note}</small>}
              {code === undefined ? null : <code dir="ltr">{code}</code>}
            </button>
          ))}
        </fieldset>
      ))}
    </>
  );
}

/**
 * A menu button. Not a select: on some systems the arrow keys of a select pick every option they pass.
 */
export function Menu({ label, groups }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (open) itemsIn(list.current)[0]?.focus();
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      button.current?.focus();
      setOpen(false);
      return;
    }
    const item = itemFor(event.key, itemsIn(list.current));
    if (!item) return;
    event.preventDefault();
    item.focus();
  };
  return (
    <div
      class="menu"
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        class="button small"
        aria-haspopup="menu"
        aria-expanded={open}
        disabled={groups.every(({ items }) => items.length === 0)}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {label} <span aria-hidden="true">▾</span>
      </button>
      {open ? (
        <div ref={list} class="menu-list" role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
          <Items groups={groups} done={() => setOpen(false)} />
        </div>
      ) : null}
    </div>
  );
}
