import { showFrame } from "./frame-text.ts";
import { createPeer } from "./peer.ts";
import { WireAnimation } from "./wire-animation.ts";

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

const form = (name: string): HTMLFormElement => {
  const found = part(`[data-peer="${name}"]`);
  if (!(found instanceof HTMLFormElement)) throw new Error(`${name} has no form`);
  return found;
};

const milliseconds = (time: number): string => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`;

/** Each page load uses its own instance, so that other visitors do not receive these messages. */
const instance = `home-${Math.random().toString(36).slice(2, 10)}`;
const wire = new WireAnimation(part(".wire"));
const sent: number[] = [];
/** Messages sent before the one whose latency is shown. */
const WARM_UPS = 5;

function peer(name: string, other: string, side: "near" | "far") {
  const opposite = side === "near" ? "far" : "near";
  return createPeer({
    ...{ form: form(name), name, other, instance },
    onFrame(direction, text) {
      const now = performance.now();
      // Drawn in the next animation frame, so that drawing does not count as latency.
      if (direction === "out") {
        sent.push(now);
        requestAnimationFrame(() => showSent(text));
      } else {
        const took = now - (sent.shift() ?? now);
        requestAnimationFrame(() => showReceived(text, took));
      }
    },
  });
  function showSent(text: string): void {
    part("#sender").textContent = `${name} sent`;
    part("#receiver").textContent = `${other} received`;
    showFrame(part("#frame-sent"), text);
    part("#frame-received").textContent = "…";
    wire.departs(side);
  }
  function showReceived(text: string, took: number): void {
    showFrame(part("#frame-received"), text);
    part("#took").textContent = milliseconds(took);
    wire.arrives(opposite);
  }
}

const ann = peer("Ann", "Bob", "near");
const bob = peer("Bob", "Ann", "far");
/** Waits until the page has loaded. Before that, a message would be delayed by loading rather than by the relay. */
const settled = () => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1_000 }));

/** The first frames are slower, because their code has not run yet. Sent without `msg`, they are neither shown nor measured. */
async function warmUp(): Promise<void> {
  const arrived = Promise.withResolvers<void>();
  const stop = bob.on("message", ({ data }) => {
    if (data.warm === WARM_UPS) arrived.resolve();
  });
  for (let warm = 1; warm <= WARM_UPS; warm++) await ann.to("Bob").send({ warm });
  await arrived.promise;
  stop();
}

// A first message, so that there is something to see.
async function greet(): Promise<void> {
  await Promise.all([ann.ready(), bob.ready(), settled()]);
  await warmUp();
  const input = form("Ann").querySelector("input");
  if (!input) return;
  input.value = "Hello Bob";
  form("Ann").requestSubmit();
}

greet().catch(() => {
  // The client concerned shows why it cannot connect.
});
