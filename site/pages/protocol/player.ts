import type { Choice } from "./dialects.ts";
import { CHOSEN } from "./switch.ts";

const BEAT_MS = 1400;
const TRAVEL_MS = 900;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The diamond goes from one end of its arrow to the other. */
function travel(beat: Element): void {
  if (still()) return;
  for (const arrow of beat.querySelectorAll(".arrow")) {
    const [from, to] = arrow.classList.contains("right") ? ["0%", "100%"] : ["100%", "0%"];
    arrow
      .querySelector("i")
      ?.animate([{ left: from }, { left: to }], { duration: TRAVEL_MS, easing: "cubic-bezier(.4,0,.2,1)" });
  }
}

/** All beats are there to be read; playing points at one after the other. */
function startScene(scene: HTMLElement): void {
  const controls = scene.querySelector<HTMLElement>("[data-controls]");
  const count = scene.querySelector("[data-count]");
  const play = scene.querySelector('[data-act="play"]');
  if (!controls || !count || !play) return;
  let at = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const beats = () => [...scene.querySelectorAll(".telling:not([hidden]) .beats > li")];
  const show = (next: number) => {
    const all = beats();
    at = Math.max(-1, Math.min(next, all.length - 1));
    for (const [index, beat] of all.entries()) {
      beat.classList.toggle("now", index === at);
      beat.classList.toggle("ahead", at >= 0 && index > at && !still());
    }
    count.textContent = at < 0 ? `${all.length} steps` : `step ${at + 1} of ${all.length}`;
    const beat = all[at];
    if (beat) travel(beat);
  };
  const pause = () => {
    clearTimeout(timer);
    timer = undefined;
    play.textContent = "Play";
  };
  const run = () => {
    if (at >= beats().length - 1) at = -1;
    show(at + 1);
    timer = at < beats().length - 1 ? setTimeout(run, BEAT_MS) : undefined;
    play.textContent = timer === undefined ? "Play again" : "Pause";
  };
  const acts: Readonly<Record<string, () => void>> = {
    play: () => (timer === undefined ? run() : pause()),
    back: () => {
      pause();
      show(at - 1);
    },
    step: () => {
      pause();
      show(at + 1);
    },
  };
  const keys: Readonly<Record<string, string>> = { ArrowLeft: "back", ArrowRight: "step" };

  for (const button of controls.querySelectorAll<HTMLElement>("[data-act]")) {
    button.addEventListener("click", () => acts[button.dataset.act ?? ""]?.());
  }
  controls.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    acts[act]?.();
  });
  document.addEventListener(CHOSEN, (event) => {
    if (!(event instanceof CustomEvent)) return;
    pause();
    show(-1);
    const choice: Choice = event.detail === "all" ? "classic" : event.detail;
    for (const telling of scene.querySelectorAll<HTMLElement>(".telling")) {
      telling.hidden = telling.dataset.dialect !== choice;
    }
    const shown = scene.querySelector("[data-shown]");
    if (shown) shown.textContent = choice;
    show(-1);
  });
  controls.hidden = false;
  show(-1);
}

export function startScenes(): void {
  for (const scene of document.querySelectorAll<HTMLElement>(".scene")) startScene(scene);
}
