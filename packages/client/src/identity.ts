import { type Data, dataFrom, numberFrom, textFrom } from "./json.ts";
import type { Login } from "./log-in.ts";

/** Who the client is to the server, and what the server said about itself. */
export class Identity {
  sid: number | undefined;
  name: string | undefined;
  /** The service it is logged in as. */
  service: string | undefined;
  hello: Data = {};

  /** A limit from the server's hello, in its own unit; 0 means no limit. */
  limit(name: string): number {
    return numberFrom(dataFrom(this.hello.limits)[name]) ?? 0;
  }

  /** The server's hello; after a resume also with the name of the session. */
  greeted({ name, ...hello }: Data): void {
    this.hello = hello;
    this.sid = numberFrom(hello.sid);
    this.name = textFrom(name) || this.name;
  }

  loggedIn(result: Data, { credentials: { name, service } }: Login): void {
    this.sid = numberFrom(result.sid) ?? this.sid;
    this.name = textFrom(result.name) || name;
    this.service = service ? name : undefined;
  }
}
