// cspell:words pkeyopt paramgen keyout addext extfile SECLEVEL Acreateserial
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { LineReader } from "../../../packages/server/test/kit/line-reader.ts";

function openssl(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
}

/** A certificate authority, and certificates of one kind each, as PEM files of a folder of their own. */
class Certificates {
  readonly folder = mkdtempSync(join(tmpdir(), "achex-tls-"));

  constructor() {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(this.folder, "req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=Test CA");
    const local = "DNS:localhost,IP:127.0.0.1,IP:::1";
    openssl(
      this.folder,
      ...["req", "-x509", ...key, "-keyout", "self-signed.key", "-out", "self-signed.crt", "-subj", "/CN=localhost"],
      ...["-addext", `subjectAltName=${local}`],
    );
    const kinds = { good: [local, "30"], "wrong-host": ["DNS:other.example", "30"], expired: [local, "-1"] } as const;
    for (const [kind, [names, days]] of Object.entries(kinds)) {
      openssl(this.folder, "req", ...key, "-keyout", `${kind}.key`, "-out", `${kind}.csr`, "-subj", "/CN=server");
      writeFileSync(join(this.folder, `${kind}.ext`), `subjectAltName=${names}\n`);
      openssl(
        this.folder,
        ...["x509", "-req", "-in", `${kind}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"],
        ...["-out", `${kind}.crt`, "-days", days, "-extfile", `${kind}.ext`],
      );
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }
}

/** Servers that speak TLS and pass everything on to a relay, each with another certificate. */
export class TlsServers {
  readonly #certificates = new Certificates();
  readonly #servers: Server[] = [];
  readonly #old: Bun.Subprocess[] = [];

  get ca(): string {
    return this.#certificates.path("ca.crt");
  }

  /** Returns the port. */
  async listen(kind: string, target: number): Promise<number> {
    if (kind === "tls-1.1") return await this.#listenOld();
    const read = (end: string) => readFileSync(this.#certificates.path(`${kind}.${end}`));
    const server = createServer({ cert: read("crt"), key: read("key") }, (client) => {
      const relay = dial(target, "127.0.0.1");
      client.pipe(relay).pipe(client);
      for (const socket of [client, relay]) {
        socket.on("error", () => {});
        socket.on("close", () => (socket === client ? relay : client).destroy());
      }
    });
    server.on("tlsClientError", () => {});
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** Nothing newer than TLS 1.1, which is out of use. */
  async #listenOld(): Promise<number> {
    const args = ["s_server", "-accept", "0", "-cert", "good.crt", "-key", "good.key", "-tls1_1"];
    const child = Bun.spawn(["openssl", ...args, "-cipher", "ALL:@SECLEVEL=0"], {
      cwd: this.#certificates.folder,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#old.push(child);
    const lines = new LineReader(child.stdout);
    for (;;) {
      const [, port] = /^ACCEPT .*:(\d+)$/.exec(await lines.next("the port of openssl")) ?? [];
      if (port !== undefined) return Number(port);
    }
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const child of this.#old) child.kill();
    rmSync(this.#certificates.folder, { recursive: true, force: true });
  }
}
