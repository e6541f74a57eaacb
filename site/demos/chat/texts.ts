export const title = "Chat";
export const tagline =
  "Rooms and private messages, in your browser. Encrypted where you want it, and honest about who gets what.";
