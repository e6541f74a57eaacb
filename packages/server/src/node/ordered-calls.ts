interface Slot {
  act: (() => void) | undefined;
}

/** Calls that become possible in any order and are made in the order in which they were announced. */
export class OrderedCalls {
  private readonly slots: Slot[] = [];

  /** Announces a call; the function that is returned must be called once, when it is possible. */
  next(): (act: () => void) => void {
    const slot: Slot = { act: undefined };
    this.slots.push(slot);
    return (act) => {
      slot.act = act;
      for (let first = this.slots[0]; first?.act; first = this.slots[0]) {
        this.slots.shift();
        first.act();
      }
    };
  }
}
