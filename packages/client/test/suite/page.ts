// Puts the client and the suite where a page's test can reach them.
import { connect } from "../../src/index.ts";
import { runSuite } from "./suite.ts";

Object.assign(globalThis, { achex: { connect, runSuite: (url: string) => runSuite(url, WebSocket) } });
