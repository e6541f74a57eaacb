/**
 * Numbers the events of presence and watches. They are not held for sessions that are away; the numbers tell which of them a
 * client may have missed (PROTOCOL.md R80).
 */
export class EventClock {
  /** Number of the latest event; 0 before the first. */
  now = 0;

  /** The number of a new event. */
  next(): number {
    return ++this.now;
  }
}
