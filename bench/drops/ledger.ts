// Counts, for each receiver and sender, which messages arrived, how often, and in which order.

/** What became of all deliveries of a run. Each message to a room is due once at each other member. */
export interface Count {
  readonly sent: number;
  readonly expected: number;
  /** Deliveries that happened at least once. */
  readonly delivered: number;
  readonly missing: number;
  /** Deliveries after the first one of the same message to the same receiver. */
  readonly duplicates: number;
  /** Deliveries that came after a later message of the same sender. */
  readonly outOfOrder: number;
}

export class Ledger {
  private readonly sentBy: number[];
  private readonly arrivals = new Map<string, Uint8Array>();
  private readonly latest = new Map<string, number>();
  private delivered = 0;
  private duplicates = 0;
  private outOfOrder = 0;

  constructor(
    clients: number,
    private readonly perRoom: number,
    /** Most messages of one client. */
    private readonly most: number,
  ) {
    this.sentBy = new Array<number>(clients).fill(0);
  }

  /** The number of the client's next message, from 0. */
  next(client: number): number {
    const n = this.sentBy[client] ?? 0;
    this.sentBy[client] = n + 1;
    return n;
  }

  received(receiver: number, sender: number, n: number): void {
    const key = `${receiver} ${sender}`;
    let seen = this.arrivals.get(key);
    if (!seen) {
      seen = new Uint8Array(this.most);
      this.arrivals.set(key, seen);
    }
    if (seen[n]) {
      this.duplicates++;
      return;
    }
    seen[n] = 1;
    this.delivered++;
    const latest = this.latest.get(key) ?? -1;
    if (n < latest) this.outOfOrder++;
    else this.latest.set(key, n);
  }

  get count(): Count {
    const sent = this.sentBy.reduce((sum, one) => sum + one, 0);
    const expected = sent * (this.perRoom - 1);
    const { delivered, duplicates, outOfOrder } = this;
    return { sent, expected, delivered, missing: expected - delivered, duplicates, outOfOrder };
  }
}
