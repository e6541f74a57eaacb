import { connect } from "@achex/client";
import { Command } from "commander";
import { closeReason, failing } from "../connection-errors.ts";
import { Failure } from "../failure.ts";
import { parsePayload } from "../frames.ts";
import { observedWebSocket } from "../observed-socket.ts";
import { ADDRESS_HELP, EXIT_CODES, type LoginFlags, wholeNumber, withCredentials } from "../options.ts";
import { relayUrl } from "../relay-url.ts";

interface Flags extends Pick<LoginFlags, "as" | "password"> {
  readonly to: string;
  readonly timeout: number;
}

const FOOTER = `
The question is a JSON object; any other text is sent as {"msg":TEXT}. Progress and the answer are printed as one JSON object
per line. The server must support achex.2.

Examples:
  $ achex ask localhost:4010 --as bob --to calc '{"op":"add","a":1,"b":2}'

${EXIT_CODES}`;

async function ask(address: string, question: string, { as, password, to, timeout }: Flags): Promise<void> {
  const unreachable = Promise.withResolvers<never>();
  const stop = (why: string) => unreachable.reject(new Failure(why));
  const client = connect(relayUrl(address).url, {
    name: as,
    passwd: password,
    WebSocket: observedWebSocket({
      frame() {},
      otherDialect: () => stop(`${address} does not support achex.2, which "achex ask" needs`),
      failed: unreachable.reject,
      closed: (code, reason) => stop(closeReason(code, reason)),
    }),
  });
  const show = (data: object) => process.stdout.write(`${JSON.stringify(data)}\n`);
  try {
    await Promise.race([client.ready(), unreachable.promise]).catch(failing("login rejected"));
    const answering = client.ask(to, parsePayload(question), { timeout: timeout * 1000, onProgress: show });
    const answer = Promise.race([answering, unreachable.promise]);
    show(await answer.catch(failing(`question to ${JSON.stringify(to)} failed`)));
  } finally {
    client.close();
  }
}

export function askCommand(): Command {
  return withCredentials(new Command("ask"))
    .description("Log in, ask a user or a service, and print the answer.")
    .argument("<URL>", ADDRESS_HELP)
    .argument("<JSON>", "the question")
    .requiredOption("--to <NAME>", "name of the user or service to ask")
    .option("--timeout <SECONDS>", "how long to wait for the answer; 0 = no limit", wholeNumber(0), 30)
    .addHelpText("after", FOOTER)
    .action(ask);
}
