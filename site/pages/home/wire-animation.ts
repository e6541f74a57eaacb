const LEG = 420;

/** The wire between the two clients: a diamond travels each half of it when a frame does. */
export class WireAnimation {
  readonly #element: HTMLElement;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #wide = matchMedia("(min-width: 56rem)");
  /** Frames on the first half of their way, by sender. */
  readonly #underWay = new Map<string, Promise<HTMLElement | undefined>[]>();

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** A frame has left the client on that side for the server. */
  departs(side: "near" | "far"): void {
    for (const half of this.#halves()) half.classList.remove("lit");
    const waiting = this.#underWay.get(side) ?? [];
    this.#underWay.set(side, waiting);
    waiting.push(this.#leg(side, undefined, side === "near" ? 0 : 100, 50));
  }

  /** The frame from that side has reached the client on the other side. */
  arrives(side: "near" | "far"): void {
    const first = this.#underWay.get(side)?.shift();
    const end = side === "near" ? 100 : 0;
    void first
      ?.then((traveller) => this.#leg(side === "near" ? "far" : "near", traveller, 50, end))
      .then((traveller) => traveller?.remove());
  }

  #halves(): HTMLElement[] {
    return [...this.#element.querySelectorAll<HTMLElement>("[data-half]")];
  }

  async #leg(half: string, given: HTMLElement | undefined, from: number, to: number): Promise<HTMLElement | undefined> {
    if (this.#still.matches) {
      for (const one of this.#halves()) if (one.dataset.half === half) one.classList.add("lit");
      return undefined;
    }
    const traveller = given ?? document.createElement("span");
    traveller.className = "traveller";
    this.#element.append(traveller);
    const axis = this.#wide.matches ? "left" : "top";
    const timing = { duration: LEG, easing: "ease-in-out", fill: "forwards" } as const;
    // Rejected if the page is closed in the meantime; then there is nothing left to draw.
    await traveller.animate({ [axis]: [`${from}%`, `${to}%`] }, timing).finished.catch(() => undefined);
    return traveller;
  }
}
