import { ClientView } from "../achex2/client-view.ts";
import type { SimFrame } from "./frames.ts";
import type { ModelRooms } from "./model-rooms.ts";
import type { ModelSession } from "./model-session.ts";
import { RoomView } from "./room-view.ts";

/** What a client knows about its session; it survives the connections. */
export class ClientSession {
  readonly view: ClientView;
  readonly rooms: RoomView;
  /** Frames of `model.expected` that it has received. */
  read = 0;
  token: string | undefined;
  generation = 0;
  /** It has sent `{"$resume":true}`. */
  isCounting = false;
  /** Counted frames received since `$resumable`. */
  received = 0;
  /** Counted frames sent since `{"$resume":true}`. */
  sent = 0;
  /** Those that the server has not acknowledged. */
  unacknowledged: { readonly number: number; readonly frame: SimFrame }[] = [];
  /** Frames without a reply yet, by reference. */
  readonly pending = new Map<number, SimFrame>();
  readonly incoming: { readonly caller: number; readonly id: number }[] = [];
  readonly asked = new Set<number>();

  constructor(
    readonly model: ModelSession,
    rooms: ModelRooms,
  ) {
    this.view = new ClientView(model.id);
    this.rooms = new RoomView(rooms);
  }

  /** The server has received this many counted frames. Returns those that it has not. */
  acknowledge(received: number): void {
    const before = this.sent - this.unacknowledged.length;
    if (received < before || received > this.sent)
      throw new Error(`${this.model.id} sent ${this.sent}, ${before} acknowledged, and is told ${received}`);
    this.unacknowledged = this.unacknowledged.filter(({ number }) => number > received);
  }
}
