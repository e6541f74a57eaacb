// Puts the part of the suite that needs no streams where react-native-host.ts can reach it.
import { type Group, runSuite } from "./suite.ts";

Object.assign(globalThis, {
  runCore: (url: string, ...groups: Group[]) => runSuite(url, WebSocket, ["talking", "lasting", ...groups]),
});
