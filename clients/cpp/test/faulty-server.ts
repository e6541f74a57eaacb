import { createHash } from "node:crypto";
import type { Socket, TCPSocketListener } from "bun";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HELLO = JSON.stringify({
  $hello: { sid: 7, version: "0.0.0", instance: "root", time: 0, heartbeat: 0, limits: {} },
});

/** A frame of a server, with a payload below 64 KiB. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Uint8Array.from([0x80 | opcode, ...length, ...payload]);
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** Text frames that are no frames of Achex, or not quite. */
const hostile = [
  ...[
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"$ref":1}',
    '{"$ref":-1,"$result":{}}',
    '{"$ref":1e999,"$fault":7}',
    '{"$hello":[]}',
  ],
  ...[
    '{"$roster":{"hub":7}}',
    '{"$state":{"hub":"h","values":[]}}',
    '{"to":{},"sID":"x","FROM":[]}',
    '{"to":[],"$call":{"id":"x"}}',
  ],
  ...[
    '{"toH":"h","$answer":7}',
    '{"$seen":{"received":99,"sent":-1}}',
    '{"$resumed":{}}',
    '{"$kept":{}}',
    '{"$fault":{"code":[]}}',
  ],
  ...[
    `{"a":${"[".repeat(5_000)}`,
    `{"to":"x","a":"\\ud800","sID":4294967296,"FROM":"\\u0000"}`,
    '{"bc":"\\u00"}',
    '{"":"","":{"":""}}',
  ],
];

/** A server that does what servers should not do. */
export class FaultyServer {
  readonly #listener: TCPSocketListener<undefined>;
  readonly #behaviour: string;
  readonly #code: number;

  private constructor(behaviour: string, code: number) {
    this.#behaviour = behaviour;
    this.#code = code;
    this.#listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket, data) => this.#received(socket, data.toString("latin1")), open: () => {} },
    });
  }

  static listen(behaviour: string, code: number): FaultyServer {
    return new FaultyServer(behaviour, code);
  }

  get port(): number {
    return this.#listener.port;
  }

  close(): void {
    this.#listener.stop(true);
  }

  #received(socket: Socket<undefined>, request: string): void {
    const [, key] = /sec-websocket-key: *(\S+)/i.exec(request) ?? [];
    // Everything after the handshake is ignored.
    if (key === undefined || this.#behaviour === "silent") return;
    if (this.#behaviour === "not-http") {
      socket.end("SSH-2.0-OpenSSH_9.2\r\n");
      return;
    }
    if (this.#behaviour === "status") {
      socket.end(`HTTP/1.1 ${this.#code} No\r\ncontent-length: 17\r\nconnection: close\r\n\r\nnot here, go away`);
      return;
    }
    const accept = createHash("sha1")
      .update(key + MAGIC)
      .digest("base64");
    const protocol = /sec-websocket-protocol/i.test(request) ? "sec-websocket-protocol: achex.2\r\n" : "";
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n${protocol}\r\n`,
    );
    this.#misbehave(socket);
  }

  #misbehave(socket: Socket<undefined>): void {
    switch (this.#behaviour) {
      case "close":
        socket.write(frame(1, bytes(HELLO)));
        socket.write(frame(8, Uint8Array.from([this.#code >> 8, this.#code & 255, ...bytes("because")])));
        break;
      case "garbage":
        socket.write(crypto.getRandomValues(new Uint8Array(64)).fill(0xff, 0, 2));
        break;
      case "bad-utf8":
        socket.write(frame(1, Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])));
        break;
      case "huge":
        // 64-bit length of 2^40 bytes.
        socket.write(Uint8Array.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]));
        break;
      case "hostile":
        socket.write(frame(1, bytes(HELLO)));
        for (const text of hostile) socket.write(frame(1, bytes(text.slice(0, 60_000))));
        socket.write(frame(2, Uint8Array.from([255, 255, 1])));
        socket.write(frame(1, bytes('{"to":"x","last":true,"sID":1,"FROM":"x"}')));
        break;
      default:
    }
  }
}
