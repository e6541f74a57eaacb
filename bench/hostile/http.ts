// Plain HTTP requests from one address, as fast as they are answered and faster. Meanwhile the bystander requests /health.
import { connect, type Socket } from "node:net";
import { attackerAddress } from "./kit/sessions.ts";
import type { Attack, HostileCase, Target } from "./kit/types.ts";

const PAGE = "/quickstart";
const CONNECTIONS = 3_000;
const ABORTED_PER_SECOND = 2_000;
const TICK_MS = 5;

const requestFor = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: ${attackerAddress(0)}\r\n\r\n`;

/** The relay builds its pages on the first request for one; this waits until it has. */
const buildPages = async ({ port }: Target): Promise<void> => {
  await (await fetch(`http://127.0.0.1:${port}${PAGE}`)).arrayBuffer();
};

interface Tally {
  answered: number;
  refused: number;
}

/** Sends the next request as soon as one is answered, on a new connection if the last one was rejected. */
function requestRepeatedly(port: number, tally: Tally, isOver: () => boolean): void {
  const socket: Socket = connect(port, "127.0.0.1");
  let expected = 0;
  const request = (): void => void socket.write(requestFor(PAGE));
  socket.on("connect", request);
  socket.on("error", () => {});
  socket.on("close", () => {
    if (!isOver()) requestRepeatedly(port, tally, isOver);
  });
  socket.on("data", (data: Buffer) => {
    if (expected === 0) {
      const end = data.indexOf("\r\n\r\n") + 4;
      const head = data.subarray(0, end).toString("latin1");
      if (data.subarray(9, 12).toString("latin1") !== "200") {
        tally.refused++;
        socket.destroy();
        return;
      }
      tally.answered++;
      expected = end + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    }
    expected -= data.length;
    if (expected > 0) return;
    expected = 0;
    request();
  });
}

const requests: Attack = async (target, seconds) => {
  await buildPages(target);
  return async () => {
    const tally: Tally = { answered: 0, refused: 0 };
    const end = performance.now() + seconds * 1_000;
    for (let n = 0; n < CONNECTIONS; n++) requestRepeatedly(target.port, tally, () => performance.now() >= end);
    await Bun.sleep(seconds * 1_000);
    return { ...tally };
  };
};

/** Sends a request and disconnects without waiting for the response. */
const aborted: Attack = async (target, seconds) => {
  await buildPages(target);
  return async () => {
    const start = performance.now();
    let sent = 0;
    while (performance.now() - start < seconds * 1_000) {
      for (; sent < ((performance.now() - start) / 1_000) * ABORTED_PER_SECOND; sent++) {
        const socket = connect(target.port, "127.0.0.1", () => socket.write(requestFor(PAGE), () => socket.destroy()));
        socket.on("error", () => {});
      }
      await Bun.sleep(TICK_MS);
    }
    return { sent };
  };
};

export const http: HostileCase = {
  id: "http",
  title: "HTTP flood from one address",
  variants: [
    {
      id: "requests",
      title: `${CONNECTIONS.toLocaleString("en")} connections that ask without pause`,
      attack: requests,
    },
    { id: "aborted", title: `${ABORTED_PER_SECOND.toLocaleString("en")} requests a second, aborted`, attack: aborted },
  ],
};
