import type { Status } from "./connection.ts";
import type { LogoOptions } from "./options.ts";

const SVG = "http://www.w3.org/2000/svg";

/** The diamond of Achex in a box of 100: the whole, its right half, the white one inside, the core. */
const WHOLE = "M50 10 10 56 50 90 90 56Z";
const HALF = "M50 10 50 90 90 56Z";
const INSIDE = "M50 23 24 54 50 77 76 54Z";
const CORE = "M50 45 40 55 50 64 60 55Z";

const COLOURS: Readonly<Record<Status, { light: string; dark: string; says: string }>> = {
  closed: { light: "#d33", dark: "#a22", says: "not connected" },
  connecting: { light: "#f5a623", dark: "#c77f0a", says: "connecting" },
  ready: { light: "#2a9d4a", dark: "#1d7a37", says: "connected" },
};

/** Pages know it by this id, some to hide it. */
const ID = "jqueryAchexWssLogo";

type Paint = (status: Status) => void;

const pathsOf = (status: Status): [string, string][] => {
  const { light, dark } = COLOURS[status];
  return [
    [WHOLE, light],
    [HALF, dark],
    [INSIDE, "#fff"],
    [CORE, light],
  ];
};

function svgLogo(host: Element, size: number): { element: SVGElement; paint: Paint } {
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("viewBox", "0 0 100 100");
  element.setAttribute("width", String(size));
  element.setAttribute("height", String(size));
  element.setAttribute("role", "img");
  const shapes = pathsOf("closed").map(([path]) => {
    const shape = document.createElementNS(SVG, "path");
    shape.setAttribute("d", path);
    element.append(shape);
    return shape;
  });
  host.append(element);
  const paint: Paint = (status) => {
    for (const [i, [, colour]] of pathsOf(status).entries()) shapes[i]?.setAttribute("fill", colour);
  };
  return { element, paint };
}

/** A page that brings its own canvas has placed and sized it: it is drawn on as it stands. */
function canvasLogo(canvas: HTMLCanvasElement): Paint {
  return (status) => {
    const context = canvas.getContext("2d");
    if (!context) return;
    const size = Math.min(canvas.width, canvas.height);
    context.setTransform(size / 100, 0, 0, size / 100, (canvas.width - size) / 2, (canvas.height - size) / 2);
    context.clearRect(0, 0, 100, 100);
    for (const [path, colour] of pathsOf(status)) {
      context.fillStyle = colour;
      context.fill(new Path2D(path));
    }
  };
}

function cornerLogo(size: number): { element: SVGElement; paint: Paint } {
  document.getElementById(ID)?.remove();
  const logo = svgLogo(document.body, size);
  logo.element.id = ID;
  // Set one by one: a page's Content-Security-Policy may forbid a style attribute, and not this.
  Object.assign(logo.element.style, { position: "absolute", top: "5px", right: "5px", pointerEvents: "none" });
  return logo;
}

function create({ place, size }: LogoOptions): { element: HTMLElement | SVGElement; paint: Paint } {
  const found = place === undefined ? null : document.getElementById(place);
  if (found instanceof HTMLCanvasElement) return { element: found, paint: canvasLogo(found) };
  return found ? svgLogo(found, size) : cornerLogo(size);
}

/** Puts the logo on the page, as soon as that has a body; the result shows a status. */
export function showLogo(options: LogoOptions): Paint {
  let shown: Status = "closed";
  let paint: Paint = (status) => {
    shown = status;
  };
  const begin = () => {
    const { element, paint: draw } = create(options);
    paint = (status) => {
      draw(status);
      element.dataset.achex = status;
      element.setAttribute("aria-label", `Achex: ${COLOURS[status].says}`);
      const gone = options.fade && status === "ready";
      Object.assign(element.style, options.fade ? { transition: "opacity 3s", opacity: gone ? "0" : "1" } : {});
    };
    paint(shown);
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin, { once: true });
  return (status) => paint(status);
}
