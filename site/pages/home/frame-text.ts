import { printable } from "@achex/server/printable";

const STAMP = /,"sID":\d+,"FROM":"(?:[^"\\]|\\.)*"(?=}$)/;

/** Shows a frame as it was on the wire, with the relay's stamp in a different colour. */
export function showFrame(element: HTMLElement, frame: string): void {
  const [stamp] = STAMP.exec(frame) ?? [];
  if (stamp === undefined) {
    element.textContent = printable(frame);
    return;
  }
  const mark = document.createElement("span");
  mark.className = "stamp";
  mark.textContent = printable(stamp);
  element.replaceChildren(printable(frame.slice(0, -stamp.length - 1)), mark, "}");
}
