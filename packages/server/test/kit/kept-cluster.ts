import { SharedRooms } from "../../src/rooms/shared/shared-rooms.ts";
import type { RoomKey } from "../../src/state.ts";
import { type ClusterNode, createMemoryCluster, type MemoryCluster } from "./memory-cluster.ts";
import { MemorySharedRooms, type MemorySharedRoomsOptions, SharedRoomDisk } from "./memory-shared-rooms.ts";

/** A cluster in memory whose nodes keep the state of rooms, each on a disk of its own. */
export class KeptCluster {
  private readonly running = new Map<string, ClusterNode>();

  private constructor(
    readonly cluster: MemoryCluster,
    private readonly stores: ReadonlyMap<string, MemorySharedRooms>,
  ) {}

  static async create(size: number, options: Pick<MemorySharedRoomsOptions, "ageOf"> = {}): Promise<KeptCluster> {
    const disks = new Map<string, SharedRoomDisk>();
    const stores = new Map<string, MemorySharedRooms>();
    const cluster = await createMemoryCluster(0, ({ name, clock }) => {
      const disk = disks.getOrInsertComputed(name, () => new SharedRoomDisk());
      const sharedRooms = new MemorySharedRooms({ clock, disk, ...options });
      stores.set(name, sharedRooms);
      return { sharedRooms };
    });
    const kept = new KeptCluster(cluster, stores);
    for (let index = 1; index <= size; index++) await kept.start(`n${index}`);
    return kept;
  }

  node(name: string): ClusterNode {
    const node = this.running.get(name);
    if (!node) throw new Error(`${name} does not run`);
    return node;
  }

  get nodes(): readonly ClusterNode[] {
    return [...this.running.values()];
  }

  store(name: string): MemorySharedRooms {
    const store = this.stores.get(name);
    if (!store) throw new Error(`${name} was never started`);
    return store;
  }

  async start(name: string): Promise<ClusterNode> {
    const node = await this.cluster.add(name);
    this.running.set(name, node);
    return node;
  }

  /** As `kill -9` would. */
  async kill(name: string): Promise<void> {
    const node = this.node(name);
    this.running.delete(name);
    this.store(name).kill();
    this.cluster.kill(name);
    node.cluster.sharedLog.close();
    await this.cluster.settle();
  }

  /** Lets time pass for the nodes that run. */
  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      this.cluster.clock.advance(250);
      if (passed % 1_000 === 0) for (const { node } of this.running.values()) node.tick();
      await this.cluster.settle();
    }
  }

  /** The kept rooms of each running node, as all of them should have them. */
  replicas(): readonly string[] {
    return this.nodes.map((one) => {
      const rooms = [...(roomsOf(one).log.kept?.all() ?? [])].map((room) => {
        const { state, members, ...others } = room.save();
        const entries = state.entries.toSorted((a, b) => a.key.localeCompare(b.key));
        return { ...others, members, state: { ...state, entries } };
      });
      return JSON.stringify(rooms.sort((a, b) => a.room.name.localeCompare(b.room.name)));
    });
  }
}

export const roomsOf = ({ node }: ClusterNode): SharedRooms => {
  const { rooms } = node.core;
  if (!(rooms instanceof SharedRooms)) throw new Error("the node is in no cluster");
  return rooms;
};

export const hub = (name: string): RoomKey => ({ instance: "root", kind: "hub", name });
