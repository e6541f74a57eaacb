import { signal } from "@preact/signals";
import type { Game } from "../net/game.ts";
import { PEOPLE } from "../rules/people.ts";
import { openingOf } from "../rules/talk.ts";

export type Panel = "bag" | "dress" | "emotes";

/** A talk with a person, or a sign that is read. */
export interface Talk {
  readonly person: string | undefined;
  readonly node: string;
  readonly text: string;
}

const NOTICE = 3_200;

/** What is open on the page of one player. Nobody else sees it. */
export class Ui {
  readonly panel = signal<Panel | undefined>(undefined);
  readonly talk = signal<Talk | undefined>(undefined);
  readonly isTyping = signal(false);
  /** What the action key would do. */
  readonly prompt = signal("");
  readonly notices = signal<readonly { readonly id: number; readonly text: string }[]>([]);
  readonly isEnding = signal(false);
  /** Another character has been imported: this browser keeps that one, not the one in this world. */
  readonly hasImported = signal(false);
  #game: Game | undefined;
  #count = 0;

  connect(game: Game): void {
    this.#game = game;
  }

  toggle(panel: Panel): void {
    this.panel.value = this.panel.peek() === panel ? undefined : panel;
  }

  closeAll(): void {
    this.panel.value = undefined;
    this.talk.value = undefined;
    this.isTyping.value = false;
  }

  notice(text: string): void {
    const id = ++this.#count;
    this.notices.value = [...this.notices.peek().filter((entry) => entry.text !== text), { id, text }].slice(-3);
    setTimeout(() => {
      this.notices.value = this.notices.peek().filter((entry) => entry.id !== id);
    }, NOTICE);
  }

  read(text: string): void {
    this.panel.value = undefined;
    this.talk.value = { person: undefined, node: "", text };
  }

  talkTo(id: string): void {
    const person = PEOPLE.get(id);
    const hero = this.#game?.me.peek();
    if (!person || !hero) return;
    this.panel.value = undefined;
    this.show(id, openingOf(person, hero));
  }

  show(id: string, node: string): void {
    const text = PEOPLE.get(id)?.nodes[node]?.text;
    this.talk.value = text === undefined ? undefined : { person: id, node, text };
  }

  /** Takes one of the choices: the host carries it out, the talk goes on at once. */
  choose(index: number): void {
    const talk = this.talk.peek();
    if (!talk?.person) {
      this.talk.value = undefined;
      return;
    }
    const choice = PEOPLE.get(talk.person)?.nodes[talk.node]?.choices[index];
    if (!choice) return;
    const does = choice.takes ?? choice.gives ?? choice.begins ?? choice.rests;
    if (does !== undefined) this.#game?.act({ do: "choose", person: talk.person, node: talk.node, choice: index });
    if (choice.to === undefined) this.talk.value = undefined;
    else this.show(talk.person, choice.to);
  }
}
