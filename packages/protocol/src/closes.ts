/** Close codes the server sends, and what they tell the client to do (PROTOCOL.md X1..X5). */
export const closes = {
  goingAway: { code: 1001, reason: "server is stopping; connect again" },
  flood: { code: 1008, reason: "sending faster than the limit for 10 s; slow down" },
  accountChanged: { code: 1008, reason: "this name's account was changed; log in again" },
} as const;

export type Close = (typeof closes)[keyof typeof closes];
