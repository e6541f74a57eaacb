/** The pace of clients that act again and again, and how long something lasts that a test does to them; to wait for what happens, use until(). */
export const pace = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
