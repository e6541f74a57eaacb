import { createPlayback, type Playback } from "../../shared/feel/playback.ts";
import { createSampler, type Sampler } from "../../shared/feel/sampler.ts";
import type { Camera, Size } from "../view/camera.ts";
import type { MessageData } from "./messages.ts";

/** ms between two positions: at most 30 per second, and fewer in a crowd, where everybody receives those of everybody. */
export const cursorInterval = (people: number): number => Math.max(34, people * 4);

const round = (value: number, step = 4): number => Math.round(value * step) / step;

/** What this player shows of the own pointer and view. */
export interface OwnView {
  readonly at: readonly [number, number] | undefined;
  readonly camera: Camera;
  readonly size: Size;
}

const messageOf = ({ at, camera, size }: OwnView): MessageData<"cursor"> => ({
  ...(at && { at: [round(at[0]), round(at[1])] }),
  view: [round(camera.x), round(camera.y), round(camera.zoom, 1_000)],
  size: [Math.round(size.width), Math.round(size.height)],
});

export const cursorSender = (
  read: () => OwnView,
  people: () => number,
  send: (data: MessageData<"cursor">) => void,
) => {
  const isSame = (a: MessageData<"cursor">, b: MessageData<"cursor">) => JSON.stringify(a) === JSON.stringify(b);
  const create = (interval: number) => createSampler({ interval, read: () => messageOf(read()), isSame, send });
  let interval = cursorInterval(people());
  let sampler: Sampler = create(interval);
  return {
    poll(now: number): void {
      const wanted = cursorInterval(people());
      if (wanted !== interval) {
        interval = wanted;
        sampler = create(interval);
      }
      sampler.poll(now);
    },
    repeat: () => sampler.repeat(),
  };
};

interface Remote {
  readonly playback: Playback<readonly [number, number]>;
  data: MessageData<"cursor">;
  moved: number;
}

/** Somebody's pointer as it is shown. */
export interface Cursor {
  readonly player: string;
  readonly x: number;
  readonly y: number;
  /** ms since it has moved. */
  readonly rested: number;
}

/** Where the others are, played one update late, so that pointers glide. */
export class Cursors {
  readonly #remotes = new Map<string, Remote>();

  receive(player: string, data: MessageData<"cursor">, now: number): void {
    const remote = this.#remotes.get(player) ?? {
      playback: createPlayback<readonly [number, number]>({
        between: (from, to, share) => [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share],
        interval: 34,
        least: 34,
        most: 300,
      }),
      data,
      moved: now,
    };
    if (data.at) {
      remote.playback.push(data.at, now, now);
      if (JSON.stringify(data.at) !== JSON.stringify(remote.data.at)) remote.moved = now;
    }
    remote.data = data;
    this.#remotes.set(player, remote);
  }

  left(player: string): void {
    this.#remotes.delete(player);
  }

  visible(now: number): Cursor[] {
    return [...this.#remotes].flatMap(([player, { playback, data, moved }]) => {
      const place = data.at && playback.sample(now);
      return place ? [{ player, x: place[0], y: place[1], rested: now - moved }] : [];
    });
  }

  /** Whether some pointer is still on its way to where it was seen last. */
  isMoving(now: number): boolean {
    return [...this.#remotes.values()].some(({ moved }) => now - moved < 400);
  }

  /** The part of the paper that somebody sees. */
  viewOf(player: string): { readonly camera: Camera; readonly size: Size } | undefined {
    const data = this.#remotes.get(player)?.data;
    if (!data) return undefined;
    const [x, y, zoom] = data.view;
    const [width, height] = data.size;
    return { camera: { x, y, zoom }, size: { width, height } };
  }
}
