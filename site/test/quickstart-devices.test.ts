import { describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { Mailbox } from "../../packages/server/test/kit/mailbox.ts";
import { createBrowser } from "./kit/browser.ts";
import { copiedCode, createTestFolder } from "./kit/files.ts";
import { startRelay, type TestRelay } from "./kit/relay.ts";

const browser = createBrowser();
const folder = createTestFolder();
const examples = join(import.meta.dir, "../../examples/quickstart");

async function saved(relay: TestRelay, name: string): Promise<string> {
  await using quickstart = await browser.open(relay.http("/quickstart"));
  return folder.save(name, await copiedCode(quickstart.page, `[data-file="${name}"] [data-whole]`));
}

/** A client by hand, logged in and registered to `room`. */
async function listener(relay: TestRelay) {
  const frames = new Mailbox<string>();
  const socket = new WebSocket(`ws://127.0.0.1:${relay.port}/`);
  socket.onmessage = ({ data }) => frames.put(String(data));
  await frames.next("the greeting");
  socket.send('{"setID":"Lab"}');
  expect(await frames.next("the login")).toBe('{"auth":"ok"}');
  socket.send('{"cmd":"register_broadcast","bid":"room"}');
  // Its answer says that the registration was carried out, too (V5).
  socket.send('{"echo":true}');
  await frames.next("the echo");
  return { socket, frames, [Symbol.dispose]: () => socket.close() };
}

/** A program whose lines of output are read one by one. */
function start(command: string[], environment: Record<string, string> = {}) {
  const child = Bun.spawn(command, {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    env: { ...process.env, ...environment },
  });
  const lines = new Mailbox<string>();
  const read = async () => {
    let rest = "";
    for await (const chunk of child.stdout) {
      const parts = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) lines.put(line);
    }
    lines.end("the program ended");
  };
  const reading = read();
  return {
    ...{ child, lines },
    async [Symbol.asyncDispose]() {
      child.kill();
      await reading;
    },
  };
}

test("Python: the page's own text logs in, is heard in the room, and answers (K1 to K8)", async () => {
  await using relay = startRelay();
  using lab = await listener(relay);
  const script = await saved(relay, "hello.py");
  // The system's own Python, which has the system's package.
  const environment = { PATH: `/usr/bin:${process.env.PATH}`, PYTHONUNBUFFERED: "1" };
  await using python = start(["/usr/bin/python3", script], environment);
  expect(await python.lines.next("the session id", 10_000)).toMatch(/^my session id is \d+$/);
  expect(await python.lines.next("the login")).toBe("log in: ok");
  const hello = JSON.parse(await lab.frames.next("its hello"));
  expect(hello).toMatchObject({ bc: "room", msg: "hello from Python", FROM: "Python" });
  expect(await python.lines.next("its own hello")).toMatch(/^Python \(session \d+\): hello from Python$/);
  lab.socket.send('{"to":"Python","msg":"hi"}');
  expect(await python.lines.next("our word")).toMatch(/^Lab \(session \d+\): hi$/);
  expect(JSON.parse(await lab.frames.next("its answer"))).toMatchObject({ to: "Lab", msg: "Python heard you" });
});

describe("ESP32", () => {
  test("the page's own text compiles, logs in, switches its LED and sends its light (K2 to K8)", async () => {
    await using relay = startRelay();
    using lab = await listener(relay);
    const sketch = await saved(relay, "esp32/esp32.ino");
    const stubs = join(dirname(sketch), "stubs");
    cpSync(join(examples, "esp32/stubs"), stubs, { recursive: true });
    const program = join(dirname(sketch), "board");
    const compiler = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", `-I${stubs}`, "-o", program];
    expect(await Bun.spawn([...compiler, join(stubs, "main.cpp")], { stderr: "inherit" }).exited).toBe(0);
    await using board = start([program]);
    const { child, lines } = board;
    const { port } = relay;
    expect(await lines.next("the board")).toBe("connect 192.168.1.20 4010 / arduino");

    const air = new WebSocket(`ws://127.0.0.1:${port}/`, "arduino");
    // Before the board is switched off: what was written to it then would fail in the middle of another test.
    using _end = {
      [Symbol.dispose]() {
        air.onmessage = null;
        air.close();
      },
    };
    air.onmessage = ({ data }) => {
      child.stdin.write(`${data}\n`);
      child.stdin.flush();
    };
    await new Promise((resolve) => air.addEventListener("open", resolve));
    const passOn = async (what: string) => {
      const line = await lines.next(what);
      if (line.startsWith("send ")) air.send(line.slice(5));
      return line;
    };
    expect(await passOn("its login")).toBe('send {"setID":"board","passwd":"secret"}');
    expect(await passOn("its registration")).toBe('send {"cmd":"register_broadcast","bid":"room"}');
    expect(await passOn("the greeting")).toMatch(/^serial \{"SID":\d+\}$/);
    expect(await passOn("the login")).toBe('serial {"auth":"ok"}');

    lab.socket.send('{"to":"board","led":true}');
    expect(await passOn("the order")).toStartWith('serial {"to":"board","led":true,');
    expect(await passOn("the LED")).toBe("pin 2 1");
    lab.socket.send('{"to":"board","led":false}');
    await passOn("the order");
    expect(await passOn("the LED")).toBe("pin 2 0");

    // A tenth of a second of its time goes by with each frame: after ten it sends the light.
    for (let n = 0; n < 10; n++) lab.socket.send('{"to":"board","tick":true}');
    let line = "";
    while (!line.startsWith("send ")) line = await passOn("the light");
    expect(JSON.parse(await lab.frames.next("the light"))).toMatchObject({ bc: "room", light: 1034, FROM: "board" });
  });
});
