import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../../packages/client/src/index.ts";
import { startServer } from "../../../packages/server/test/kit/server.ts";
import { until } from "../../../packages/server/test/kit/wait.ts";
import { LIMIT, root, source } from "./builds.ts";
import { run, start } from "./programs.ts";

test(
  "ESP32: the sketch of an instrument compiles, announces itself, sends readings and obeys the operator in control",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "achex-esp32-"));
    using _folder = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
    const program = join(folder, "board");
    const stubs = join(root, "examples/quickstart/esp32/stubs");
    const sketch = join(source, "examples/esp32-instrument/pc.cpp");
    await run(["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", `-I${stubs}`, "-o", program, sketch]);
    await using server = await startServer();
    using board = start([program]);
    expect(await board.line("the board")).toBe("connect 192.168.1.20 4010 /instruments achex.2");

    // The air between the board and the relay.
    const air = new WebSocket(server.ws("/instruments"), "achex.2");
    const pins: string[] = [];
    const waiting: string[] = [];
    air.onmessage = ({ data }) => board.type(String(data));
    const passOn = async () => {
      for (;;) {
        const line = await board.line("a line of the board").catch(() => "");
        if (line === "") return;
        if (line.startsWith("pin ")) pins.push(line);
        else if (line.startsWith("send ") && air.readyState === WebSocket.OPEN) air.send(line.slice(5));
        else waiting.push(line);
      }
    };
    const passing = passOn();
    using _air = {
      [Symbol.dispose]: () => {
        air.onmessage = null;
        air.close();
      },
    };

    const page = connect<object>(server.ws("/instruments"), { name: "page" });
    const hub = page.hub("instruments");
    await hub.join({ presence: true });
    await until("the board to announce itself", () => hub.members.length === 2);
    const { attributes } = hub.members.find(({ name }) => name === "light-1") ?? {};
    expect(attributes).toMatchObject({ instrument: "light-1", kind: "light-meter", model: "ESP32" });
    const room = page.hub("instrument-light-1");
    await room.join({ state: true });
    await until("its description", () => room.state.snapshot().interval === 500);
    expect(room.state.snapshot()).toMatchObject({ settings: { lamp: false }, quantities: { light: { unit: "V" } } });

    expect(await page.ask("light-1", { set: { lamp: true } })).toEqual({ settings: { lamp: true } });
    await until("the lamp", () => pins.includes("pin 2 1"));
    await until("the setting", () => Object(room.state.snapshot().settings).lamp === true);
    await expect(page.ask("light-1", { set: { lamp: 7 } })).rejects.toMatchObject({ code: "bad-setting" });

    const readings: { readonly [key: string]: unknown }[] = [];
    page.on("message", ({ data }) => readings.push(data));
    await page.broadcast("readings").join();
    // A tenth of a second of its time goes by with each look at the clock, and it looks once per frame.
    for (let n = 0; n < 12; n++) board.type('{"tick":true}');
    await until("two readings", () => readings.length >= 2);
    expect(readings[0]).toMatchObject({ r: "light-1", v: { light: 0.833 }, s: [] });
    expect(Number(readings[1]?.n)).toBe(Number(readings[0]?.n) + 1);
    expect(Math.abs(Number(readings[0]?.t) - Date.now())).toBeLessThan(60_000);

    const operator = connect<object>(server.ws("/instruments"), { name: "operator" });
    await operator.hub("control-light-1").join({ state: true });
    await until("the board to know who is in control", async () => {
      const { code } = await page.ask("light-1", { set: { lamp: false } }).then(Object, (fault) => fault);
      return code === "not-in-control";
    });
    expect(await operator.ask("light-1", { set: { lamp: false } })).toEqual({ settings: { lamp: false } });
    // The relay still reports who leaves, and writing to a board that has ended fails.
    air.onmessage = null;
    page.close();
    operator.close();
    expect(await board.end()).toBe(0);
    await passing;
    expect(waiting).toEqual([]);
  },
  LIMIT,
);
