import type { SavableAuth } from "../../../src/auth.ts";
import type { SimNode } from "../sim-node.ts";
import type { ResumeModel } from "./model.ts";
import type { SimNetwork } from "./network.ts";

/** The server stops and starts again. Those who cannot resume are disconnected first, and leave. */
export async function restartServer(
  sim: SimNode,
  network: SimNetwork,
  model: ResumeModel,
  { auth, window }: { readonly auth: SavableAuth; readonly window: number },
): Promise<void> {
  sim.log("the server restarts");
  for (const connection of [...network.connections])
    if (!connection.session?.isResumable) network.noticed(connection, 1001);
  const start = sim.clock.now();
  await sim.restart(auth);
  // Sessions are away from the moment at which they were saved, after logins had been waited for.
  model.restart(window);
  network.restarted();
  noteEndedWindows(sim, model);
  sim.log(`the server has restarted after ${sim.clock.now() - start} ms`);
}

/** Compares the ends of sessions that are away with those that the model expects. */
export function noteEndedWindows(sim: SimNode, model: ResumeModel): void {
  const { clock, node } = sim;
  const away = [...model.sessions.values()].filter(({ state }) => state === "away");
  for (const session of away.toSorted((a, b) => a.drop - b.drop)) {
    const late = (clock.now() - session.awaySince) / 1_000 - session.window;
    if (node.core.sessions.get(session.id)?.isClosed !== false) {
      if (late < 0) throw new Error(`${session.id} ended ${-late} s early`);
      sim.log(`the window of ${session.id} ends`);
      model.disconnect(session, undefined);
    } else if (late > 2) throw new Error(`the window of ${session.id} ended ${late} s ago`);
  }
}
