import { AchexLogo } from "./achex-logo.ts";
import type { LogoOptions } from "./options.ts";

export type Status = "closed" | "connecting" | "ready";

const LOOKS: Readonly<Record<Status, { c1: string; c2: string; label: string }>> = {
  closed: { c1: "#d33", c2: "#a22", label: "not connected" },
  connecting: { c1: "#f5a623", c2: "#c77f0a", label: "connecting" },
  ready: { c1: "#2a9d4a", c2: "#1d7a37", label: "connected" },
};

/** Pages look it up by this id, some to hide it. */
const CORNER_ID = "jqueryAchexWssLogo";

function createCanvas(size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  // The canvas has more pixels than its CSS size; otherwise the logo would be blurred on high-density screens.
  const pixels = Math.round(size * (window.devicePixelRatio || 1));
  Object.assign(canvas, { width: pixels, height: pixels });
  Object.assign(canvas.style, { width: `${size}px`, height: `${size}px` });
  return canvas;
}

function placeInCorner(canvas: HTMLCanvasElement): void {
  document.getElementById(CORNER_ID)?.remove();
  canvas.id = CORNER_ID;
  // Set one by one: a page's Content-Security-Policy may forbid a style attribute, but allows this.
  Object.assign(canvas.style, { position: "absolute", top: "5px", right: "5px", pointerEvents: "none" });
  document.body.append(canvas);
}

/** The logo that shows the state of a connection. With `false` it is drawn but not added to the page. */
export class StatusLogo {
  #logo: AchexLogo;
  #status: Status = "closed";
  #fade = false;

  constructor(options: LogoOptions | false) {
    const size = options ? options.size : 50;
    const margin = (canvas: HTMLCanvasElement) => (options ? options.margin * (canvas.width / size) : 0);
    const own = createCanvas(size);
    this.#logo = new AchexLogo(own, size, null, margin(own));
    if (!options) return;
    const place = () => {
      const found = options.place === undefined ? null : document.getElementById(options.place);
      // A canvas of the page is already placed and sized: the logo only draws on it.
      if (found instanceof HTMLCanvasElement) this.#logo = new AchexLogo(found, size, null, options.margin);
      else if (found) found.append(own);
      else placeInCorner(own);
      this.show(this.#status, this.#fade);
    };
    if (document.body) place();
    else document.addEventListener("DOMContentLoaded", place, { once: true });
  }

  get logo(): AchexLogo {
    return this.#logo;
  }

  /** `fade` hides the logo while the connection is ready. */
  show(status: Status, fade: boolean): void {
    this.#status = status;
    this.#fade = fade;
    const { canvas } = this.#logo;
    const { label, ...colours } = LOOKS[status];
    this.#logo.drawFitToCanvas(colours, fade && status === "ready");
    if (status !== "ready" && canvas.style.opacity === "0") canvas.style.opacity = "1";
    canvas.dataset.achex = status;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Achex: ${label}`);
  }
}
