import type { ModelSession } from "./model-session.ts";

interface TurnMessage {
  /** Instances that may receive it: those that were there when it was sent, or came while it waited. */
  readonly candidates: Set<ModelSession>;
  isReceived: boolean;
}

/**
 * Messages to a service whose instances take turns. Which instance a message goes to is not predicted: exactly one of those that
 * were present receives it (PROTOCOL.md R78).
 */
export class TurnMessages {
  private readonly messages = new Map<string, TurnMessage>();

  /** Sends to one of the instances. Those that are away are candidates only when nobody is present. */
  send(text: string, instances: readonly ModelSession[]): void {
    const present = instances.filter(({ state }) => state === "present");
    this.messages.set(text, { candidates: new Set(present.length > 0 ? present : instances), isReceived: false });
  }

  /** An instance has become present: what was never written to one that is away may go to it. */
  instancePresent(session: ModelSession): void {
    for (const { candidates, isReceived } of this.messages.values())
      if (!isReceived && [...candidates].some(({ state }) => state !== "present")) candidates.add(session);
  }

  has(text: string): boolean {
    return this.messages.has(text);
  }

  /** A session received it; returns what is wrong with that. */
  received(session: ModelSession, text: string): string | undefined {
    const message = this.messages.get(text);
    if (!message) return "it was sent to no service";
    if (message.isReceived) return "another instance has received it";
    message.isReceived = true;
    return message.candidates.has(session) ? undefined : "it was not its turn";
  }

  /** A message that nobody received although the clients of all its candidates have read everything. */
  lost(hasRead: (session: ModelSession) => boolean): string | undefined {
    for (const [text, { candidates, isReceived }] of this.messages)
      if (!isReceived && [...candidates].every(hasRead)) return text;
    return undefined;
  }
}
