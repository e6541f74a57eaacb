import { useMemo } from "preact/hooks";
import { piecesOf, shownAddress } from "../rules/clean.ts";

/** The text of a message: text nodes and links, never HTML. A link shows where it leads, and its page does not learn where it was found. */
export const RichText = ({ text }: { readonly text: string }) => (
  <>
    {useMemo(() => piecesOf(text), [text]).map((piece, at) =>
      "href" in piece ? (
        <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc" title={piece.href}>
          {shownAddress(piece.href)}
        </a>
      ) : (
        piece.text
      ),
    )}
  </>
);
