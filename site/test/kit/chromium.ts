/** Widths at which pages are tested: phone, tablet, laptop, large screen. CSS pixels. */
export const WIDTHS = [360, 768, 1440, 1920] as const;
export const THEMES = ["light", "dark"] as const;

export const FLAGS = [
  "--no-sandbox",
  // Names of other machines, where an origin without https is not trusted.
  "--host-resolver-rules=MAP *.test 127.0.0.1",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A microphone with a beep and a camera with a test picture, allowed without a question.
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  // Names of machines that only multicast finds are no use where there is none.
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];
