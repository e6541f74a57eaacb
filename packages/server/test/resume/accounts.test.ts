import { describe, expect, test } from "bun:test";
import type { Auth, Grant } from "../../src/auth.ts";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** Every name is accepted until it is revoked; services take turns. */
function revocable() {
  const revoked = new Set<string>();
  let changed = false;
  const auth: Auth = {
    login: ({ login: { name, tag, as } }) => ({
      ok: true,
      name: tag ?? name,
      service: as === "service" ? { name, delivery: "one" } : undefined,
    }),
    nameTaken() {},
    nameReleased() {},
    accountsChanged() {
      const before = changed;
      changed = false;
      return before;
    },
    isCurrent: (grant: Grant) => !revoked.has(grant.name),
  };
  const revoke = (name: string) => {
    revoked.add(name);
    changed = true;
  };
  const node = createAchex2Node({}, { auth });
  const bob = node.achex2("Bob");
  bob.result({ joinHub: "h", $presence: true });
  const ann = new ResumingClient(node).named("Ann").send({ joinHub: "h" });
  bob.received();
  return { ...node, ann, bob, revoke };
}

const departure = [{ $left: { hub: "h", name: "Ann", sid: 2 } }, { leftHub: "h", user: "Ann", sID: 2 }];

describe("[A8 R75] an account that is revoked while its session is away", () => {
  test("[A8 R75] ends the session with the next check, for everybody", () => {
    const { ann, bob, revoke, seconds, node } = revocable();
    ann.drop();
    revoke("Ann");
    seconds(1);
    expect(bob.received()).toEqual(departure);
    expect(node.core.away.count).toBe(0);
    expect(node.core.held.total).toBe(0);
    expect(ann.reconnect().frames()).toMatchObject([{ $fault: { code: "resume-unknown" } }, { $hello: {} }]);
  });

  test("[A8 R73] is not resumed even before that check", () => {
    const { ann, revoke } = revocable();
    ann.drop();
    revoke("Ann");
    expect(ann.reconnect().frames()).toMatchObject([{ $fault: { code: "resume-unknown" } }, { $hello: {} }]);
  });

  test("[A8 R33] ends its calls at once", () => {
    const { ann, bob, revoke, seconds } = revocable();
    ann.drop();
    expect(bob.result({ to: "Ann", $call: { id: 1 } })).toEqual({ taken: 1, held: 1 });
    revoke("Ann");
    seconds(1);
    expect(bob.receivedValues("$answer")).toMatchObject([{ id: 1, fault: { code: "callee-gone" } }]);
  });

  test("[A8] a closed connection of the account cannot be resumed, and its client must stop", () => {
    const { ann, revoke, seconds } = revocable();
    revoke("Ann");
    seconds(1);
    expect(ann.socket.closedWith?.code).toBe(4500);
    ann.drop(4500);
    expect(ann.reconnect().frames()).toMatchObject([{ $fault: { code: "resume-unknown" } }, { $hello: {} }]);
  });
});

describe("[A4 R75] names of sessions that are away", () => {
  test("[A4 R75] a service cannot take the name of an away user as its tag", () => {
    const { ann, connectClient } = revocable();
    ann.drop();
    expect(connectClient().fault({ serviceID: "calc", idtag: "Ann" })).toBe("name-held");
  });

  test("[A4 A8 R75] a service that takes the name of a revoked user ends its away session", () => {
    const { ann, bob, revoke, connectClient } = revocable();
    ann.drop();
    revoke("Ann");
    const service = connectClient();
    service.send({ serviceID: "Ann" });
    // The revocation would end the service as well, whose grant has that name; its login shows that the name was free.
    expect(bob.received()).toEqual(departure);
    expect(service.receivedValues("$fault")).toEqual([]);
    expect(ann.reconnect().frames()[0]).toMatchObject({ $fault: { code: "resume-unknown" } });
  });
});
