import { describe, expect, test } from "bun:test";
import { type ChildProcess, KeptProcess } from "../../src/workers/kept-process.ts";
import { FakeClock } from "../kit/fake-clock.ts";
import { recordedLog } from "../kit/recorded-log.ts";

/** A process that ends when the test says so. */
function fakeProcesses() {
  const clock = new FakeClock();
  const log = recordedLog();
  const runs: { end(how: string): Promise<void>; readonly signals: NodeJS.Signals[] }[] = [];
  const start = (): ChildProcess => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const signals: NodeJS.Signals[] = [];
    runs.push({
      signals,
      async end(how) {
        resolve(how);
        await promise;
      },
    });
    return { pid: runs.length, ended: promise, kill: (signal) => void signals.push(signal) };
  };
  const kept = new KeptProcess({ name: "worker-1", clock, log, start });
  return { clock, log, runs, kept };
}

describe("a process that is kept running", () => {
  test("starts again after a delay that doubles up to 10 s, and says how it ended", async () => {
    const { clock, log, runs, kept } = fakeProcesses();
    const delays: unknown[] = [];
    for (let run = 0; run < 8; run++) {
      await runs.at(-1)?.end("SIGSEGV");
      expect(kept.pid).toBeUndefined();
      const fields = log.events.at(-1)?.fields;
      expect(fields).toMatchObject({ process: "worker-1", how: "SIGSEGV" });
      delays.push(fields?.seconds);
      clock.advance(Number(fields?.seconds) * 1000 - 1);
      expect(runs).toHaveLength(run + 1);
      clock.advance(1);
      expect(runs).toHaveLength(run + 2);
    }
    expect(delays).toEqual([0.25, 0.5, 1, 2, 4, 8, 10, 10]);
    expect(kept.restarts).toBe(8);
  });

  test("the delay is short again after a minute without an end", async () => {
    const { clock, log, runs } = fakeProcesses();
    for (const uptime of [0, 0, 60_000]) {
      clock.advance(uptime);
      await runs.at(-1)?.end("exit code 1");
      clock.advance(10_000);
    }
    expect(log.events.map(({ fields }) => fields.seconds)).toEqual([0.25, 0.5, 0.25]);
  });

  test("a stop passes the signal on and is over when the process has ended, which does not start again", async () => {
    const { clock, runs, kept } = fakeProcesses();
    const stopped = kept.stop("SIGHUP");
    expect(runs[0]?.signals).toEqual(["SIGHUP"]);
    await runs[0]?.end("exit code 0");
    await stopped;
    clock.advance(60_000);
    expect(runs).toHaveLength(1);
  });

  test("a stop between two runs prevents the next one", async () => {
    const { clock, runs, kept } = fakeProcesses();
    await runs[0]?.end("exit code 1");
    await kept.stop("SIGTERM");
    clock.advance(60_000);
    expect(runs).toHaveLength(1);
  });
});
