export { PATIENCE, TooLate, until, within } from "../../../server/test/kit/wait.ts";
