import { afterAll, beforeAll, describe, test } from "bun:test";
import { handshakeText, RawSocket } from "../kit/raw-socket.ts";
import { text } from "../kit/wire.ts";
import { isLoopback, openTarget, type Target } from "./target.ts";

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target[Symbol.asyncDispose]());

const port = () => Number(new URL(target.main).port || 80);
const word = () => Math.random().toString(36).slice(2, 10);

/** As many clients do on open: everything at once, nothing awaited. */
const run = (...frames: string[]) => Buffer.concat(frames.map((frame) => text(frame)));

async function upgraded(path: string): Promise<RawSocket> {
  const raw = await RawSocket.connect(port());
  raw.write(handshakeText({ path }));
  await raw.answer();
  return raw;
}

/** The frames of a login, two memberships and two messages, and what they bring. */
function classicRun(name: string, room: string): { readonly bytes: Buffer; check(raw: RawSocket): Promise<void> } {
  return {
    bytes: run(
      `{"setID":"${name}","passwd":"x"}`,
      `{"cmd":"register_broadcast","bid":"${room}"}`,
      `{"bc":"${room}","n":1}`,
      `{"to":"${name}","n":2}`,
    ),
    async check(raw) {
      const id = Number((await raw.json()).SID);
      await raw.expectText('{"auth":"ok"}');
      await raw.expectText(`{"bc":"${room}","n":1,"sID":${id},"FROM":"${name}"}`);
      await raw.expectText(`{"to":"${name}","n":2,"sID":${id},"FROM":"${name}"}`);
      await raw.expectAlive();
    },
  };
}

// A server elsewhere, behind TLS, is not reached by a plain TCP connection: these cases are not about it.
const segments = (cases: () => void) => (isLoopback ? describe("one TCP segment", cases) : undefined);

segments(() => {
  test("[V5 K2 K4 K5] classic: login, registration, broadcast and message", async () => {
    using raw = await upgraded("/");
    const { bytes, check } = classicRun(`Ann-${word()}`, `room-${word()}`);
    raw.write(bytes);
    await check(raw);
  });

  test("[V5 K2 K4 K5] classic: the same behind the handshake itself", async () => {
    using raw = await RawSocket.connect(port());
    const { bytes, check } = classicRun(`Ann-${word()}`, `room-${word()}`);
    raw.write(handshakeText(), bytes);
    await raw.answer();
    await check(raw);
  });

  test("[V5 C2 C6 C8 C9] cloud: login, join and message to a hub, received by a member", async () => {
    const path = `/hall-${word()}`;
    using listener = await upgraded(path);
    listener.write(run('{"auth":"Bob"}', '{"joinHub":"6542"}'));
    await listener.json();
    await listener.expectText('{"joinHub":"OK"}');
    using raw = await upgraded(path);
    raw.write(
      run('{"auth":"Ann","passwd":"p"}', '{"joinHub":"6542"}', '{"toH":"6542","msg":"joined"}', '{"to":"Ann","n":2}'),
    );
    const id = Number((await raw.json()).SID);
    await raw.expectText('{"joinHub":"OK"}');
    await raw.expectText(`{"to":"Ann","n":2,"sID":${id},"FROM":"Ann"}`);
    await listener.expectText(`{"toH":"6542","msg":"joined","sID":${id},"FROM":"Ann"}`);
    await raw.expectAlive();
    await listener.expectAlive();
  });

  test("[V5 M5] three hundred messages in one segment arrive in order", async () => {
    const path = `/hall-${word()}`;
    using raw = await upgraded(path);
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    raw.write(run('{"auth":"Ann"}', ...numbers.map((n) => `{"to":"Ann","n":${n}}`)));
    const id = Number((await raw.json()).SID);
    for (const n of numbers) await raw.expectText(`{"to":"Ann","n":${n},"sID":${id},"FROM":"Ann"}`);
    await raw.expectAlive();
  });
});
