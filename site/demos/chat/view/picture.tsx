import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../../shared/shell/dialog.tsx";
import type { Picture as Shown } from "../rules/timeline.ts";

/** An address for the bytes, as long as the component is there. */
function useAddress({ bytes, type }: Pick<Shown, "bytes" | "type">): string | undefined {
  const [address, setAddress] = useState<string | undefined>(undefined);
  useEffect(() => {
    // The type is that of the first bytes, so the browser cannot take them for a page.
    const url = URL.createObjectURL(new Blob([bytes ?? new Uint8Array()], { type }));
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [bytes, type]);
  return address;
}

const HEIGHT = 320;
const WIDTH = 480;

/** An image in its place: as large as it will be before it is decoded, so that nothing moves. */
export function Picture({ picture, text }: { readonly picture: Shown; readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  const address = useAddress(picture);
  const scale = Math.min(1, HEIGHT / picture.height, WIDTH / picture.width);
  const size = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  const label = text === "" ? "Image without a description" : text;
  if (!picture.bytes)
    return <p class="muted small">The page holds too many images for this one. Reload it to see the image.</p>;
  return (
    <>
      <button type="button" class="chat-picture" onClick={() => setOpen(true)} aria-label={`Enlarge: ${label}`}>
        <img src={address} alt="" {...size} decoding="async" />
      </button>
      {isOpen ? (
        <Dialog title={label} onClose={() => setOpen(false)}>
          <img src={address} alt={label} width={picture.width} height={picture.height} />
        </Dialog>
      ) : null}
    </>
  );
}
