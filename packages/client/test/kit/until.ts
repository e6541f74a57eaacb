export { until, within } from "../../../server/test/kit/wait.ts";
