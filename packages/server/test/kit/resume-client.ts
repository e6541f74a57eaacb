import { isJsonObject, type JsonObject } from "@achex/protocol";
import { TestClient } from "./client.ts";

const OFFER = { "sec-websocket-protocol": "achex.2" };
const RESUME_OFFER = { "sec-websocket-protocol": "achex.2, achex.2.resume" };

export interface ResumeRequest {
  readonly token: unknown;
  readonly generation: unknown;
  /** Counted frames that the client has received. */
  readonly received: unknown;
}

/** A logged-in client whose session can be resumed. No frame has been counted by the server yet except the login. */
export async function resumableClient(
  url: string,
  name: string,
): Promise<TestClient & { readonly id: number; readonly token: string }> {
  const client = await TestClient.connect(url, OFFER);
  client.send('{"$resume":true}');
  client.send({ $ref: 0, setID: name, passwd: "" });
  const { $hello } = await client.json();
  const { $resumable } = await client.json();
  await client.expect(`{"$ref":0,"$result":{"name":${JSON.stringify(name)}}}`);
  return Object.assign(client, { id: Number(Object($hello).sid), token: String(Object($resumable).token) });
}

/** Opens a connection and sends `$resume` on it. Returns the connection and the frame that answers. */
export async function requestResume(
  url: string,
  request: ResumeRequest,
): Promise<{ readonly client: TestClient; readonly answer: JsonObject }> {
  const client = await TestClient.connect(url, RESUME_OFFER);
  client.send({ $resume: request });
  return { client, answer: await client.json() };
}

/** Resumes a session; throws when that fails. */
export async function resume(url: string, request: ResumeRequest): Promise<TestClient> {
  const { client, answer } = await requestResume(url, request);
  if (!isJsonObject(answer.$resumed)) throw new Error(`not resumed: ${JSON.stringify(answer)}`);
  return client;
}

/** The code of the fault with which a resume fails. The connection goes on as a new session, which is then closed. */
export async function resumeFault(url: string, request: ResumeRequest): Promise<unknown> {
  const { client, answer } = await requestResume(url, request);
  if (isJsonObject(answer.$resumed)) throw new Error("the session was resumed");
  const { $hello } = await client.json();
  if (!isJsonObject($hello)) throw new Error("no hello followed the fault");
  client[Symbol.dispose]();
  return Object(answer.$fault).code;
}
