import { isFailure } from "../../sdk/index.ts";
import type { Command, Context } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";
import { probe, type Probe } from "../lib/probe.ts";
import { collect, oneLine } from "../lib/show.ts";
import { nameOf } from "./whoami.ts";

/** Signatures are refused beyond five minutes; a clock that far off is seen before it hurts. */
const skewLimitSeconds = 60;

interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "warning" | "wrong";
  readonly said: string;
}

export const doctor: Command = {
  name: "doctor",
  summary: "Look whether all is well: service, clock, TLS, key, endpoints, version",
  description:
    "Ends with 6 when the service cannot be reached, with 5 when something else is wrong.",
  answers: "{data: [{check, verdict, said}]}",
  examples: ["doctor", "doctor --json | jq '.data[] | select(.verdict != \"ok\")'"],
  async run(context) {
    const { terminal } = context;
    const findings: Finding[] = [];
    const found = (finding: Finding) => {
      findings.push(finding);
      if (context.isJson) return;
      const { good, late, bad } = terminal.colors;
      const mark = { ok: good("ok     "), warning: late("warning"), wrong: bad("wrong  ") }[
        finding.verdict
      ];
      terminal.out(`${mark}  ${finding.check.padEnd(9)}  ${oneLine(finding.said)}`);
    };
    await checkService(context, found);
    checkTls(context.connection.url, found);
    if (await checkKey(context, found)) await checkEndpoints(context, found);
    if (context.isJson) terminal.out(JSON.stringify({ data: findings }));
    const wrong = findings.filter(({ verdict }) => verdict === "wrong");
    if (wrong.length > 0)
      throw new Failure("not_met", `${wrong.length} of ${findings.length} checks failed`);
  },
};

type Found = (finding: Finding) => void;

async function checkService(
  { connection: { url }, version }: Context,
  found: Found,
): Promise<void> {
  const health = await probe(url, "/healthz");
  const ready = await probe(url, "/readyz");
  const its = typeof health.body["version"] === "string" ? health.body["version"] : undefined;
  if (its === undefined) {
    found({
      check: "service",
      verdict: "wrong",
      said: `${url} answers ${health.status}, but is no Heliograph`,
    });
    return;
  }
  const isReady = ready.status === 200;
  const said = isReady ? `${url} is ready` : `${url} is not ready: ${reasonOf(ready)}`;
  found({ check: "service", verdict: isReady ? "ok" : "wrong", said });
  const isSame = its === version;
  found({
    check: "version",
    verdict: isSame ? "ok" : "warning",
    said: isSame ? its : `the service is ${its}, this program ${version}`,
  });
  const { skewSeconds } = health;
  if (skewSeconds === null) return;
  const isClose = Math.abs(skewSeconds) <= skewLimitSeconds;
  const way = skewSeconds > 0 ? "ahead of" : "behind";
  found({
    check: "clock",
    verdict: isClose ? "ok" : "wrong",
    said:
      skewSeconds === 0
        ? "as the service's"
        : `the service's is ${Math.abs(skewSeconds)} s ${way} this machine's`,
  });
}

const reasonOf = ({ body, status }: Probe) =>
  typeof body["reason"] === "string" ? body["reason"] : String(status);

function checkTls(url: string, found: Found): void {
  const { protocol, hostname } = new URL(url);
  const isOwn =
    ["localhost", "127.0.0.1", "[::1]"].includes(hostname) || hostname.endsWith(".localhost");
  if (protocol === "https:")
    found({ check: "tls", verdict: "ok", said: "encrypted, and the certificate holds" });
  else if (isOwn)
    found({ check: "tls", verdict: "ok", said: "none, and none is needed on this machine" });
  else
    found({
      check: "tls",
      verdict: "wrong",
      said: "none: the key travels where others can read it",
    });
}

async function checkKey(context: Context, found: Found): Promise<boolean> {
  if (context.connection.key === null) {
    found({ check: "key", verdict: "warning", said: "not signed in: heliograph login" });
    return false;
  }
  try {
    const session = await context.client().sessions.get();
    const may = session.scopes.length === 0 ? "" : `: ${session.scopes.join(", ")}`;
    found({ check: "key", verdict: "ok", said: `${nameOf(session)}${may}` });
    return session.scopes.includes("endpoints:read");
  } catch (error) {
    if (!isFailure(error)) throw error;
    found({ check: "key", verdict: "wrong", said: error.message });
    return false;
  }
}

async function checkEndpoints(context: Context, found: Found): Promise<void> {
  const client = context.client();
  const endpoints = await collect(client.endpoints.listAll());
  if (endpoints.length === 0)
    found({ check: "endpoints", verdict: "warning", said: "there is none" });
  for (const { id, url } of endpoints) {
    const { state, state_reason, behind_by, dead } = await client.endpointStatus.get({ id });
    const isWell = state === "active" && dead.length === 0;
    const said = `${url} is ${state}${state_reason === null ? "" : ` (${state_reason})`}, behind by ${behind_by}, ${dead.length} given up`;
    found({
      check: "endpoint",
      verdict: isWell ? "ok" : state === "paused" ? "warning" : "wrong",
      said,
    });
  }
}
