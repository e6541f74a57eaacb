import type { ComponentChildren } from "preact";
import type { Announced } from "../../shared/instruments/directory.ts";

interface HousingProps {
  readonly announced: Announced | undefined;
  readonly id: string;
  readonly kind: string;
  readonly screen: ComponentChildren;
  readonly deck: ComponentChildren;
  /** Only measured values, as large as possible. */
  readonly isLarge?: boolean;
}

/** The body of an instrument: its plate, its screen, and the deck with keys and knobs. */
export function Housing({ announced, id, kind, screen, deck, isLarge = false }: HousingProps) {
  const title = announced?.title ?? id;
  return (
    <section class={`housing ${kind}${isLarge ? " large" : ""}`} aria-label={title}>
      <header class="plate">
        <b>{announced ? `${announced.maker} ${announced.model}` : id}</b>
        <span class="plate-title">{title}</span>
        <small>{announced ? `${id} · ${announced.serial}` : "offline"}</small>
      </header>
      <div class="screen">{screen}</div>
      <div class="deck">{deck}</div>
    </section>
  );
}
