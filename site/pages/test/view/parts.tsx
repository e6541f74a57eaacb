import type { Part } from "../model/pretty.ts";

/** Pieces of a frame, as text only. */
export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <>
      {parts.map(({ text, kind }, index) =>
        kind === "plain" ? (
          text
        ) : (
          <span key={index} class={kind}>
            {text}
          </span>
        ),
      )}
    </>
  );
}
