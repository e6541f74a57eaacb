/** Memory of a room besides its map. */
const ROOM_OVERHEAD = 1_024;

/** What a room holds. */
interface Held {
  readonly keys: number;
  readonly memory: number;
}

/** What all rooms of a node hold together, and the numbers that they share. */
export class RoomTotals {
  keys = 0;
  bytes = 0;
  /** The highest term of any room. */
  lastTerm = 0;
  /** The highest version of any room that is gone. */
  lastVersion = 0;

  /** `maxBytes`: 0 means no limit. `noteTerm` is called before a term is given out. */
  constructor(
    private readonly maxBytes: number,
    private readonly noteTerm: (term: number) => void = () => {},
  ) {}

  nextTerm(): number {
    this.noteTerm(++this.lastTerm);
    return this.lastTerm;
  }

  get isFull(): boolean {
    return this.maxBytes > 0 && this.bytes >= this.maxBytes;
  }

  add({ keys, memory }: Held): void {
    this.keys += keys;
    this.bytes += memory + ROOM_OVERHEAD;
  }

  remove({ keys, memory }: Held): void {
    this.keys -= keys;
    this.bytes -= memory + ROOM_OVERHEAD;
  }
}
