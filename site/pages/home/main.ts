import { fillAddresses } from "../quickstart/addresses.ts";
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

/** Each page has a name space of its own: whoever else looks at this site does not hear these two. */
const instance = `home-${Math.random().toString(36).slice(2, 10)}`;
const wire = new WireAnimation(part(".wire"));
const sent: number[] = [];

function peer(name: string, other: string, side: "near" | "far") {
  const opposite = side === "near" ? "far" : "near";
  return createPeer({
    ...{ form: form(name), name, other, instance },
    onFrame(direction, text) {
      if (direction === "out") {
        sent.push(performance.now());
        part("#sender").textContent = `${name} sent`;
        part("#receiver").textContent = `${other} received`;
        showFrame(part("#frame-sent"), text);
        part("#frame-received").textContent = "…";
        wire.departs(side);
        return;
      }
      const took = performance.now() - (sent.shift() ?? performance.now());
      showFrame(part("#frame-received"), text);
      part("#took").textContent = milliseconds(took);
      wire.arrives(opposite);
    },
  });
}

fillAddresses(document);
const ann = peer("Ann", "Bob", "near");
const bob = peer("Bob", "Ann", "far");
/** While the page is still being put together a message would wait for that, and not for the relay. */
const settled = () => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 1_000 }));

// A first message, so that there is something to see.
void Promise.all([ann.ready(), bob.ready(), settled()]).then(
  () => {
    const input = form("Ann").querySelector("input");
    if (!input) return;
    input.value = "Hello Bob";
    form("Ann").requestSubmit();
  },
  () => {
    // Why it cannot be is shown by the client concerned.
  },
);
