import type { TextSpan } from "../model/frame-text.ts";

/** Renders spans as text only, never as HTML. */
export function TextSpans({ parts }: { readonly parts: readonly TextSpan[] }) {
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
