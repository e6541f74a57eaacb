import { isJsonObject } from "@achex/protocol";
import type { TextEntry } from "../model/entry.ts";
import { keptView } from "../model/kept-frames.ts";

/** Frames of kept channels; quick, because most frames are others. */
const KEPT = /"\$kept":|"messages":\[|"kept":\{"epoch":/;

function viewOf({ direction, text }: TextEntry) {
  if (direction === "out" || !KEPT.test(text)) return undefined;
  try {
    const fields: unknown = JSON.parse(text);
    return isJsonObject(fields) ? keptView(fields) : undefined;
  } catch {
    return undefined;
  }
}

/** What a frame says about a kept channel: a page of history is a table. */
export function KeptDetail({ entry }: { readonly entry: TextEntry }) {
  const view = viewOf(entry);
  if (!view) return null;
  return (
    <>
      <p class="small">{view.summary}</p>
      {view.messages.length === 0 ? null : (
        <div class="table-scroll">
          <table class="table small">
            <thead>
              <tr>
                <th scope="col" class="number">
                  $seq
                </th>
                <th scope="col">Stored at</th>
                <th scope="col">From</th>
                <th scope="col">Payload</th>
              </tr>
            </thead>
            <tbody>
              {view.messages.map(({ seq, time, from, payload }, index) => (
                <tr key={index}>
                  <td class="number">{seq}</td>
                  <td>{time}</td>
                  <td>
                    <bdi>{from}</bdi>
                  </td>
                  <td>
                    <code>{payload}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
