import type { Vector } from "../../../../packages/server/test/conformance/vectors.ts";
import { driver } from "./driver.ts";
import { PagePlay, type Servers } from "./vector.ts";

/** What tests call in the page. */
const tester = {
  ...driver,
  play: (servers: Servers, vector: Vector): Promise<void> => new PagePlay(servers, vector).play(),
};

declare global {
  interface Window {
    tester: typeof tester;
  }
}
window.tester = tester;
