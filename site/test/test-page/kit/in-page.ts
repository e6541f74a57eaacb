import type { Vector } from "../../../../packages/server/test/conformance/vectors.ts";
import { driver } from "./driver.ts";
import { type Played, type Servers, VectorPlayer } from "./vector-player.ts";

/** The functions that tests call in the page. */
const tester = {
  ...driver,
  play: (servers: Servers, vector: Vector): Promise<Played> => new VectorPlayer(servers, vector).play(),
};

declare global {
  interface Window {
    tester: typeof tester;
  }
}
window.tester = tester;
