import { fromBase64Url } from "../rules/base64url.ts";

const HUES = 12;

/** The class with the colour of an author's name. It comes from the key, so nobody can choose somebody else's. */
export const hueOf = (author: string): string => `hue-${(fromBase64Url(author)?.[0] ?? 0) % HUES}`;
