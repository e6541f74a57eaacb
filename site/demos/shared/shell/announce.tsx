import { signal } from "@preact/signals";

const text = signal("");

/** Says something to screen readers, such as a score or whose turn it is. */
export function announce(what: string): void {
  text.value = what;
}

export const Announcements = () => (
  <p class="visually-hidden" role="status">
    {text.value}
  </p>
);
