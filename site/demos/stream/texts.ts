export const title = "Live Charts";
export const tagline =
  "One publishes numbers, many watch them: thousands of points a second from a script, a phone or a microphone.";
