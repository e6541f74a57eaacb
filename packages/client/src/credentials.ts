import { ownFault } from "./fault.ts";
import { type Data, isData } from "./json.ts";

export interface Credentials {
  /** Without a name, the session can only measure the latency. */
  readonly name?: string;
  readonly passwd?: string;
  /** Log in as the service of that name. */
  readonly service?: boolean;
  /** The name of this instance of a service, in addition to the service's own. */
  readonly idtag?: string;
}

/** Credentials, or a function that returns them. The client calls it before each login, so it can fetch a fresh token. */
export type CredentialsSource = Credentials | (() => Credentials | Promise<Credentials>);

/** `$inbox` is the device whose messages follow the login. */
export const loginFrame = ({ name, passwd = "", service, idtag }: Credentials, $inbox?: string): Data =>
  service ? { serviceID: name, passwd, idtag, $inbox } : { setID: name, passwd, $inbox };

/** Calls back with the credentials, synchronously unless they come from a function. */
export function resolveCredentials(
  source: CredentialsSource,
  fail: (error: unknown) => void,
  done: (credentials: Credentials) => void,
): void {
  if (typeof source !== "function") {
    done(source);
    return;
  }
  (async () => {
    const credentials = await source();
    if (!isData(credentials)) throw ownFault("invalid", "credentials() did not return an object.");
    return credentials;
  })().then(done, fail);
}
