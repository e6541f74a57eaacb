import type { Connection, Reply } from "./connection.ts";
import { type Credentials, type CredentialsSource, loginFrame, resolveCredentials } from "./credentials.ts";
import { type Fault, faultFromError, ownFault } from "./fault.ts";
import type { IgnorablePromise } from "./ignorable-promise.ts";
import { type Data, isData } from "./json.ts";

/** The credentials of a login, and where they came from. */
export interface Login {
  readonly source: CredentialsSource;
  readonly credentials: Credentials;
}

/** What logging in needs from the session. */
export interface LoginOwner {
  readonly reason: Fault | undefined;
  /** The device whose inbox follows a login. */
  readonly device: string | undefined;
  /** The credentials of the next login. */
  credentials: CredentialsSource;
  control(frame: Data, reply: Reply): void;
  start(): void;
  ready(): Promise<void>;
  /** Whether the session uses the connection. */
  uses(connection: Connection): boolean;
  loggedIn(result: Data, login: Login): void;
  /** The connection is logged in, or has no name to log in with. */
  becomeReady(connection: Connection): void;
  refused(fault: Fault): void;
}

/** Logs in on a connection that was just greeted. */
export function logIn(session: LoginOwner, connection: Connection, login: Login): void {
  const { source, credentials } = login;
  if (credentials.name === undefined) {
    session.becomeReady(connection);
    return;
  }
  connection.request(JSON.stringify(loginFrame(credentials, session.device)), (result, fault, dropped) => {
    if (dropped) return;
    // login() may have been called in the meantime.
    if (session.credentials !== source) logInWithNewest(session, connection);
    else if (!fault) {
      session.loggedIn(result, login);
      session.becomeReady(connection);
    } else if (session.uses(connection)) session.refused(fault);
  });
}

/** Logs in with the newest credentials, once a function that provides them has returned. */
export function logInWithNewest(session: LoginOwner, connection: Connection): void {
  const source = session.credentials;
  resolveCredentials(
    source,
    (error) => session.uses(connection) && session.refused(faultFromError(error, "failed")),
    (credentials) => session.uses(connection) && logIn(session, connection, { source, credentials }),
  );
}

/** Logs in with other credentials: now, or when the client is next connected. */
export function logInAgain(session: LoginOwner, source: CredentialsSource, promise: IgnorablePromise<void>): void {
  const fail = (error: unknown) => promise.reject(faultFromError(error, "failed"));
  if (!isData(source) && typeof source !== "function") {
    promise.reject(ownFault("invalid", "login() takes an object."));
    return;
  }
  resolveCredentials(source, fail, (credentials) =>
    session.control(loginFrame(credentials, session.device), (result, fault, dropped) => {
      if (!dropped) {
        // If the login is rejected, the session keeps its name (PROTOCOL.md A6).
        if (!fault) session.loggedIn(result, { source, credentials });
        promise.settle(undefined, fault);
        return;
      }
      session.credentials = source;
      if (session.reason && session.reason.code !== "closed") session.start();
      session.ready().then(promise.resolve, fail);
    }),
  );
}
