import { CHOSEN } from "./dialect-switch.ts";
import type { Choice } from "./dialects.ts";

const STEP_MS = 1400;
const TRAVEL_MS = 900;

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Animates the diamond from one end of its arrow to the other. */
function travel(step: Element): void {
  if (still()) return;
  for (const arrow of step.querySelectorAll(".arrow")) {
    const [from, to] = arrow.classList.contains("right") ? ["0%", "100%"] : ["100%", "0%"];
    arrow
      .querySelector("i")
      ?.animate([{ left: from }, { left: to }], { duration: TRAVEL_MS, easing: "cubic-bezier(.4,0,.2,1)" });
  }
}

const visibleSteps = (scene: HTMLElement) => [...scene.querySelectorAll(".variant:not([hidden]) .steps > li")];

/** Highlights one step; -1 highlights none. Returns the highlighted step. */
function goToStep(scene: HTMLElement, wanted: number): number {
  const all = visibleSteps(scene);
  const at = Math.max(-1, Math.min(wanted, all.length - 1));
  for (const [index, step] of all.entries()) {
    step.classList.toggle("now", index === at);
    step.classList.toggle("ahead", at >= 0 && index > at && !still());
  }
  const count = scene.querySelector("[data-count]");
  if (count) count.textContent = at < 0 ? `${all.length} steps` : `step ${at + 1} of ${all.length}`;
  const step = all[at];
  if (step) travel(step);
  return at;
}

/** Shows the version for a dialect, or the first version for `all`. */
function showDialect(scene: HTMLElement, choice: Choice): void {
  const dialect = choice === "all" ? "classic" : choice;
  for (const variant of scene.querySelectorAll<HTMLElement>(".variant")) {
    variant.hidden = variant.dataset.dialect !== dialect;
  }
  const shown = scene.querySelector("[data-shown]");
  if (shown) shown.textContent = dialect;
}

interface Player {
  /** Plays, or pauses. */
  toggle(): void;
  /** Pauses and moves on by that many steps. */
  move(by: number): void;
  /** Pauses and highlights no step. */
  reset(): void;
}

function createPlayer(scene: HTMLElement, button: Element): Player {
  let at = goToStep(scene, -1);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLast = () => at >= visibleSteps(scene).length - 1;
  const pause = () => {
    clearTimeout(timer);
    timer = undefined;
    button.textContent = "Play";
  };
  const run = () => {
    at = goToStep(scene, isLast() ? 0 : at + 1);
    timer = isLast() ? undefined : setTimeout(run, STEP_MS);
    button.textContent = timer === undefined ? "Play again" : "Pause";
  };
  const goTo = (wanted: number) => {
    pause();
    at = goToStep(scene, wanted);
  };
  return { toggle: () => (timer === undefined ? run() : pause()), move: (by) => goTo(at + by), reset: () => goTo(-1) };
}

/** All steps are always visible. Playing highlights them one after the other. */
function startDiagram(scene: HTMLElement): void {
  const controls = scene.querySelector<HTMLElement>("[data-controls]");
  const play = scene.querySelector('[data-act="play"]');
  if (!controls || !play) return;
  const player = createPlayer(scene, play);
  play.addEventListener("click", player.toggle);
  controls.querySelector('[data-act="back"]')?.addEventListener("click", () => player.move(-1));
  controls.querySelector('[data-act="step"]')?.addEventListener("click", () => player.move(1));
  controls.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    player.move(by);
  });
  document.addEventListener(CHOSEN, (event) => {
    if (!(event instanceof CustomEvent)) return;
    showDialect(scene, event.detail);
    player.reset();
  });
  controls.hidden = false;
}

export function startDiagrams(): void {
  for (const scene of document.querySelectorAll<HTMLElement>(".scene")) startDiagram(scene);
}
