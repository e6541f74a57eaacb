/** A message to a kept channel that has not been delivered. */
export interface Turn {
  /** The messages of its session, oldest first. */
  readonly queue: Turn[];
  readonly channel: string;
  /** Delivers it; set when it is stored. Returns a promise while it is still being sent in slices. */
  deliver: (() => Promise<void> | undefined) | undefined;
  /** It could not be stored, so it has no place in the channel. */
  isRejected: boolean;
  /** It is not a message, and only waits for those before it. */
  isMark: boolean;
}

/**
 * Delivers stored messages in the order of their channel, and also in that of their session: the messages of one session to one
 * receiver arrive in order even if they go to different channels (PROTOCOL.md M5), and so do its results (R6). Both orders are
 * parts of that in which messages are stored, so no message waits forever.
 */
export class KeptOrder {
  /** Stored messages that wait, by channel. */
  private readonly waiting = new Map<string, Turn[]>();
  /** Channels to which a message is still being sent in slices: without waiting, a small one would overtake it. */
  private readonly sliced = new Set<string>();

  begin(queue: Turn[], channel: string): Turn {
    const turn: Turn = { queue, channel, deliver: undefined, isRejected: false, isMark: false };
    queue.push(turn);
    return turn;
  }

  /** It has been stored; must be called in the order of the channel. */
  stored(turn: Turn, deliver: () => Promise<void> | undefined): void {
    turn.deliver = deliver;
    const waiting = this.waiting.get(turn.channel);
    if (waiting) waiting.push(turn);
    else if (turn.queue[0] !== turn || this.sliced.has(turn.channel)) this.waiting.set(turn.channel, [turn]);
    this.advance(turn);
  }

  rejected(turn: Turn, tell: () => void): void {
    turn.isRejected = true;
    turn.deliver = () => {
      tell();
      return undefined;
    };
    this.advance(turn);
  }

  /** Calls back when everything of the channel that was stored has also been delivered; false if that is so now. */
  isBlocked(channel: string, whenDelivered: () => void): boolean {
    if (!this.waiting.has(channel) && !this.sliced.has(channel)) return false;
    const mark = this.begin([], channel);
    mark.isMark = true;
    this.stored(mark, () => {
      whenDelivered();
      return undefined;
    });
    return true;
  }

  /** Messages of the channel that are stored and have not been delivered. */
  waitingIn(channel: string): number {
    const waiting = this.waiting.get(channel);
    return waiting ? waiting.reduce((count, { isMark }) => count + (isMark ? 0 : 1), 0) : 0;
  }

  private advance(first: Turn): void {
    const next: Turn[] = [first];
    for (let turn = next.pop(); turn; turn = next.pop()) {
      if (!this.isDue(turn)) continue;
      const { queue, channel, deliver } = turn;
      queue.shift();
      const waiting = turn.isRejected ? undefined : this.waiting.get(channel);
      waiting?.shift();
      if (waiting?.length === 0) this.waiting.delete(channel);
      const sliced = deliver?.();
      if (sliced) this.waitForSlices(channel, sliced);
      if (waiting?.[0]) next.push(waiting[0]);
      if (queue[0]) next.push(queue[0]);
    }
  }

  private isDue({ queue, channel, deliver, isRejected }: Turn): boolean {
    const [first] = queue;
    if (!deliver || first?.deliver !== deliver) return false;
    if (isRejected) return true;
    const waiting = this.waiting.get(channel);
    return !this.sliced.has(channel) && (!waiting || waiting[0] === first);
  }

  private waitForSlices(channel: string, sliced: Promise<void>): void {
    this.sliced.add(channel);
    void sliced.then(() => {
      this.sliced.delete(channel);
      const [turn] = this.waiting.get(channel) ?? [];
      if (turn) this.advance(turn);
    });
  }
}
