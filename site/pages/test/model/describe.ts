import type { Achex2Request, Address, CallHeader, Dialect, Frame } from "@achex/protocol";
import { printable } from "@achex/server/printable";

export const quoted = (name: string): string => `“${printable(name.length > 60 ? `${name.slice(0, 60)}…` : name)}”`;

function place(address: Address): string {
  switch (address.kind) {
    case "name":
      return `everyone logged in as ${quoted(address.name)}`;
    case "session":
      return `session ${address.id}`;
    case "broadcast":
      return `everyone registered to the broadcast ${quoted(address.name)}`;
    case "hub":
      return `the other members of the hub ${quoted(address.name)}`;
  }
}

const MAX_TARGETS_SHOWN = 3;

/** Describes where a message goes. */
export function destination(targets: readonly Address[]): string {
  const places = targets.slice(0, MAX_TARGETS_SHOWN).map(place);
  const more = targets.length - places.length;
  return `To ${places.join(", and ")}${more > 0 ? `, and ${more} more` : ""}.`;
}

const loginReply: Readonly<Record<Dialect, string>> = {
  classic: 'Answered with {"auth":"ok"}.',
  cloud: 'Answered with {"auth":"OK","SID":…}.',
  "achex.2": "Answered if it has a $ref; silence means success.",
};

export interface Description {
  readonly headline: string;
  readonly detail: string;
}

const description = (headline: string, detail: string): Description => ({ headline, detail });

const callDescriptions: Readonly<Record<CallHeader["kind"], string>> = {
  open: "As a call: whoever gets it answers.",
  stream: "As the opening of a stream to one session.",
  data: "As data of a stream.",
  end: "As the end of a stream.",
  cancel: "Cancels that call; it is not forwarded.",
};

type ValidFrame = Exclude<Frame | Achex2Request, { verb: "drop" | "badJoin" | "badLogin" | "refused" }>;

const namesText = (count: number): string => (count === 1 ? "one name" : `${count} names`);

const STAMPED = "Stamped with your session id and name.";

/** The legacy dialects send no reply to a message without a recipient (PROTOCOL.md B1). */
const noRecipientNote = (targets: readonly Address[]): string =>
  targets.some(({ kind }) => kind === "name" || kind === "session")
    ? " If nobody is there, it is dropped in silence."
    : "";

/** Describes what a valid frame requests and what the server replies. */
export function describeRequest(frame: ValidFrame, dialect: Dialect, call: CallHeader | undefined): Description {
  const own = dialect === "achex.2";
  switch (frame.verb) {
    case "send":
      return description(
        destination(frame.targets),
        call ? callDescriptions[call.kind] : `${STAMPED}${own ? "" : noRecipientNote(frame.targets)}`,
      );
    case "login":
      return description(
        `Logs in as ${frame.as === "service" ? "the service " : ""}${quoted(frame.name)}.`,
        loginReply[dialect],
      );
    case "register":
      return description(
        `Registers to the broadcast ${quoted(frame.name)}.`,
        own ? "Answered if it has a $ref." : "There is no reply.",
      );
    case "unregister":
      return description(
        `Leaves the broadcast ${quoted(frame.name)}.`,
        own ? "Answered if it has a $ref." : "There is no reply.",
      );
    case "join":
      return description(
        `Joins the hub ${quoted(frame.name)}.`,
        own ? "Answered if it has a $ref." : 'Answered with {"joinHub":"OK"}.',
      );
    case "leave":
      return description(
        `Leaves the hub ${quoted(frame.name)}.`,
        "You get no reply; those who stay are told by leftHub.",
      );
    case "latency":
      return description("Asks for the latency.", 'The server pings this page and answers {"ltcy":"…ms"}.');
    case "echo":
      return description("Comes back to you alone.", "The same text, unstamped.");
    case "serverstat":
      return description("Asks who is in this instance.", "Answered with the version and a list of users.");
    case "members":
      return description(`Asks for members of the ${frame.kind} ${quoted(frame.name)}.`, "Only its members may ask.");
    case "watch":
      return description(`Watches ${namesText(frame.names.length)}.`, "$online and $offline tell of each.");
    case "unwatch":
      return description(`Stops watching ${namesText(frame.names.length)}.`, "Answered if it has a $ref.");
    case "time":
      return description("Asks for the server's time.", "Answered at once, also before a login.");
    case "retire":
      return description("Gives up your names.", "Calls you have taken stay open; a login takes the names again.");
  }
}
