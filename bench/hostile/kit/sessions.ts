// Opens logged-in sessions, one or many at a time.
import { type Endpoint, RawClient } from "./raw-client.ts";

const LOGIN_LIMIT_MS = 30_000;
/** Below the relay's limit on sessions from one address that are not logged in. */
const CONCURRENT_LOGINS = 50;
const SESSIONS_PER_ADDRESS = 500;

/** The attackers' addresses; the bystander uses another range. */
export const attackerAddress = (n: number): string => `198.51.100.${1 + (n % 250)}`;
/** The address of the nth session of a large group. */
export const groupAddress = (n: number): string => attackerAddress(Math.floor(n / SESSIONS_PER_ADDRESS));

export class LoginRefused extends Error {}

/** Logs in on an open connection. Rejects with LoginRefused if the relay rejects the login. */
export async function logIn(client: RawClient, name: string, password = ""): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { onText } = client;
  const limit = setTimeout(() => reject(new Error(`no answer to the login of ${name}`)), LOGIN_LIMIT_MS);
  client.onText = (text) => {
    if (text.startsWith('{"auth":"OK"') || text.startsWith('{"$ref":0,"$result"')) resolve();
    else if (text.startsWith('{"auth":"FAILED"') || text.startsWith('{"$ref":0,"$fault"'))
      reject(new LoginRefused(text));
  };
  void client.closed.then(() => reject(new Error(`closed with ${client.closeCode} while ${name} logged in`)));
  client.text(JSON.stringify({ $ref: 0, auth: name, passwd: password }));
  try {
    await promise;
  } finally {
    clearTimeout(limit);
    client.onText = onText;
  }
}

/** Opens a logged-in session. Without `onText` it discards what it receives. */
export async function openSession(
  endpoint: Endpoint,
  name: string,
  options: { readonly password?: string; readonly onText?: (text: string) => void } = {},
): Promise<RawClient> {
  const client = await RawClient.connect(endpoint, () => {});
  client.onText = options.onText;
  await logIn(client, name, options.password);
  return client;
}

/** Calls `open` for 0 to `count - 1`, a few at a time, and returns the results in order. */
export async function openMany<T>(count: number, open: (n: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) all[n] = await open(n);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_LOGINS, count) }, worker));
  return all;
}
