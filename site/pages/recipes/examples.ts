import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../../pipeline/page.ts";
import { servedFromRelay } from "../quickstart/examples.ts";

const folder = join(import.meta.dir, "../../../examples/recipes");

/** A recipe that a browser can run, so that readers can try it without saving it. */
function recipePage(name: string, title: string, description: string): Page {
  const document = servedFromRelay(readFileSync(join(folder, `${name}.html`), "utf8"));
  return { path: `/examples/${name}`, title, description, body: "", document };
}

export const recipePages: readonly Page[] = [
  recipePage("webrtc", "WebRTC signalling", "Two windows find each other over the relay and then talk directly."),
  recipePage("remote-buttons", "Remote buttons", "Buttons in one window steer a robot in another one."),
];
