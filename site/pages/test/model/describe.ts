import type { Achex2Request, Address, CallHeader, Dialect, Frame, RoomAddress } from "@achex/protocol";
import { printable } from "@achex/server/printable";

export const quoted = (name: string): string => `“${printable(name.length > 60 ? `${name.slice(0, 60)}…` : name)}”`;

function place(address: Address): string {
  switch (address.kind) {
    case "name":
      return `everyone logged in as ${quoted(address.name)}`;
    case "session":
      return `session ${address.id}`;
    case "broadcast":
      return `everyone registered for the broadcast ${quoted(address.name)}`;
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
  classic: 'The reply is {"auth":"ok"}.',
  cloud: 'The reply is {"auth":"OK","SID":…}.',
  "achex.2": "No reply means success; add a $ref to get a reply.",
};

export interface Description {
  readonly headline: string;
  readonly detail: string;
}

const description = (headline: string, detail: string): Description => ({ headline, detail });

const callDescriptions: Readonly<Record<CallHeader["kind"], string>> = {
  open: "A call: the receiver answers it.",
  stream: "Opens a stream to one session.",
  data: "Data of a stream.",
  end: "Ends a stream.",
  cancel: "Cancels the call; the frame is not forwarded.",
};

type ValidFrame = Exclude<Frame | Achex2Request, { verb: "drop" | "badJoin" | "badLogin" | "refused" }>;

const namesText = (count: number): string => (count === 1 ? "one name" : `${count} names`);

const STAMPED = "The server adds your session id and name.";

/** The legacy dialects send no reply to a message without a recipient (PROTOCOL.md B1). */
const noRecipientNote = (targets: readonly Address[]): string =>
  targets.some(({ kind }) => kind === "name" || kind === "session")
    ? " If nobody is there, it is silently dropped."
    : "";

const roomText = ({ kind, name }: RoomAddress): string => `the ${kind} ${quoted(name)}`;

const roomHeadlines = {
  write: (room: string) => `Changes the state of ${room}.`,
  setOptions: (room: string) => `Changes the options of ${room}.`,
  handOver: (room: string) => `Makes another member host of ${room}.`,
} as const;

const roomDetails = {
  write: "Members that follow it receive the change.",
  setOptions: "Only its host can change them.",
  handOver: "Only its host can do this.",
} as const;

/** A request that only achex.2 has. */
function describeAchex2(frame: Extract<ValidFrame, Achex2Request>): Description {
  switch (frame.verb) {
    case "members":
      return description(`Lists members of the ${frame.kind} ${quoted(frame.name)}.`, "Only members may list them.");
    case "watch":
      return description(
        `Watches ${namesText(frame.names.length)}.`,
        "The server sends $online and $offline for each.",
      );
    case "unwatch":
      return description(`Stops watching ${namesText(frame.names.length)}.`, "Add a $ref to get a reply.");
    case "time":
      return description("Requests the server's time.", "Answered immediately, also before login.");
    case "write":
    case "setOptions":
    case "handOver":
      return description(roomHeadlines[frame.verb](roomText(frame.room)), roomDetails[frame.verb]);
    case "history":
      return description(
        `Reads what is stored in the ${frame.channel.kind} ${quoted(frame.channel.name)}.`,
        "Add a $ref to get the page.",
      );
    case "confirm":
      return description(`Confirms the inbox of ${quoted(frame.name)}.`, "This device gets only later messages again.");
    case "retire":
      return description("Releases your names.", "Calls you accepted stay open. Log in to take the names again.");
    case "resume":
      return frame.resume.kind === "enable"
        ? description("Makes this session resumable.", "Must be the first frame. The reply contains a secret token.")
        : description("Resumes a session.", "Must be the first frame of a connection that offers achex.2.resume.");
    case "seen":
      return description("Acknowledges frames.", "Only in a session that can be resumed.");
  }
}

/** Describes what a valid frame requests and what the server replies. */
export function describeRequest(frame: ValidFrame, dialect: Dialect, call: CallHeader | undefined): Description {
  const achex2 = dialect === "achex.2";
  switch (frame.verb) {
    case "send":
      return description(
        destination(frame.targets),
        call ? callDescriptions[call.kind] : `${STAMPED}${achex2 ? "" : noRecipientNote(frame.targets)}`,
      );
    case "login":
      return description(
        `Logs in as ${frame.as === "service" ? "the service " : ""}${quoted(frame.name)}.`,
        loginReply[dialect],
      );
    case "register":
      return description(
        `Registers for the broadcast ${quoted(frame.name)}.`,
        achex2 ? "Add a $ref to get a reply." : "There is no reply.",
      );
    case "unregister":
      return description(
        `Leaves the broadcast ${quoted(frame.name)}.`,
        achex2 ? "Add a $ref to get a reply." : "There is no reply.",
      );
    case "join":
      return description(
        `Joins the hub ${quoted(frame.name)}.`,
        achex2 ? "Add a $ref to get a reply." : 'The reply is {"joinHub":"OK"}.',
      );
    case "leave":
      return description(
        `Leaves the hub ${quoted(frame.name)}.`,
        "There is no reply. The remaining members receive leftHub.",
      );
    case "latency":
      return description("Measures the latency.", 'The server pings this page and replies {"ltcy":"…ms"}.');
    case "echo":
      return description("Returned to this client only.", "The same text, without a stamp.");
    case "serverstat":
      return description("Lists who is in this instance.", "The reply contains the version and a list of users.");
    default:
      return describeAchex2(frame);
  }
}
