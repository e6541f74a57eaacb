import { expect, test } from "bun:test";
import { JobQueue } from "../../src/auth/job-queue.ts";
import { until } from "../kit/wait.ts";

/** Jobs that note when they start and end when the test says so. */
function createJobs() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    job: (name: string) => async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    },
    async end(name: string) {
      await until(`${name} to start`, () => ends.has(name));
      ends.get(name)?.();
    },
  };
}

test("V5 a fixed number of checks runs at once, the others wait", async () => {
  const line = new JobQueue({ concurrency: 2, waiting: 10, waitingPerAddress: 10 });
  const { started, job, end } = createJobs();
  const results = ["a", "b", "c"].map((name) => line.run("x", job(name)));
  expect(started).toEqual(["a", "b"]);
  await end("b");
  expect(await results[1]).toBe("b");
  await end("c");
  expect(started).toEqual(["a", "b", "c"]);
  await end("a");
  expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
});

test("A7 addresses take turns: a crowd of one delays another address by one check", async () => {
  const line = new JobQueue({ concurrency: 1, waiting: 100, waitingPerAddress: 100 });
  const { started, job, end } = createJobs();
  const crowd = ["1", "2", "3", "4"].map((name) => line.run("crowd", job(name)));
  const single = line.run("single", job("single"));
  for (const name of ["1", "2"]) {
    await end(name);
    await crowd[Number(name) - 1];
  }
  await end("single");
  await single;
  await end("3");
  expect(started.slice(0, 4)).toEqual(["1", "2", "single", "3"]);
});

test("A5 when too many wait, in total or of one address, the next is refused at once", async () => {
  const line = new JobQueue({ concurrency: 1, waiting: 2, waitingPerAddress: 1 });
  const { job } = createJobs();
  for (const name of ["running", "waiting"]) void line.run("a", job(name));
  expect(await line.run("a", job("one too many of a"))).toBe("busy");
  void line.run("b", job("the last place"));
  expect(await line.run("c", job("one too many in all"))).toBe("busy");
});

test("[A7] when the queue is full, the latest check of the address with the most is dropped", async () => {
  const line = new JobQueue({ concurrency: 1, waiting: 6, waitingPerAddress: 3 });
  const { started, job, end } = createJobs();
  void line.run("a", job("running"));
  const crowd = ["a", "b"].flatMap((address) => [1, 2, 3].map((n) => line.run(address, job(`${address}${n}`))));
  const late = line.run("c", job("c1"));
  expect(await crowd[2]).toBe("busy");
  void line.run("c", job("c2"));
  expect(await crowd[5]).toBe("busy");
  // All have two now: an address that would have more than the others is refused.
  expect(await line.run("c", job("c3"))).toBe("busy");
  for (const name of ["running", "a1", "b1", "c1"]) await end(name);
  expect(await late).toBe("c1");
  expect(started.slice(0, 4)).toEqual(["running", "a1", "b1", "c1"]);
});

test("a check that fails frees its slot", async () => {
  const line = new JobQueue({ concurrency: 1, waiting: 1, waitingPerAddress: 1 });
  const failing = line.run("a", () => Promise.reject(new Error("no memory for a hash")));
  const next = line.run("a", async () => "next");
  expect(failing).rejects.toThrow("no memory for a hash");
  expect(await next).toBe("next");
  expect(await line.run("a", async () => "and on")).toBe("and on");
});
