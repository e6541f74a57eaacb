export const title = "Files";
export const tagline =
  "Send files of any size from one device to another. Encrypted, resumed after any interruption, and no account.";
