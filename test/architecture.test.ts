import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/**
 * Who may do what. Which folder may import which is a lint rule (`.oxlintrc.json`); here are the acts, which an import
 * does not show.
 */
const root = fileURLToPath(new URL("../", import.meta.url));

interface Act {
  /** What only some may do. */
  readonly act: string;
  readonly pattern: RegExp;
  /** Files or folders that may. */
  readonly by: readonly string[];
  readonly because: string;
}

const acts: readonly Act[] = [
  {
    act: "begin on a connection, or reserve one",
    pattern: /\.(begin|reserve)\(/,
    by: ["src/base/database.ts", "src/receiver/postgresInbox.ts"],
    because: "the driver's own transactions do not survive a lost connection",
  },
  {
    act: "open a transaction",
    pattern: /\btransaction\(/,
    by: [
      "src/flow/command.ts",
      "src/base/migrate.ts",
      "src/store/writeBack.ts",
      "src/store/topUpReplays.ts",
      "src/store/manifests.ts",
      "src/store/history.ts",
    ],
    because: "a change and its events are one transaction, opened in one place",
  },
  {
    act: "append an event",
    pattern: /\bappendEvents\(/,
    by: ["src/flow/command.ts", "src/store/appendEvents.ts"],
    because: "appending is the last statement of a command",
  },
  {
    act: "insert into events or a feed",
    pattern: /insert into (events|feed_entries|feeds)\b/,
    by: ["src/store/appendEvents.ts"],
    because: "feeds are gapless only if one place takes positions",
  },
  {
    act: "write SQL",
    pattern: /\b(tx|sql|db)(<[^`]{0,200}>)?`/,
    by: ["src/store", "src/base"],
    because: "statements live in the store, one a function",
  },
  {
    act: "open an outgoing connection",
    pattern: /(?<![.\w])fetch\(|\bnew Agent\(|\.dispatch\(|\bhttps?\.request\(/,
    by: [
      "src/delivery/send.ts",
      "src/delivery/pools.ts",
      "src/sdk/client.ts",
      "src/receiver/feedSource.ts",
      "src/demo",
      "src/story/welcomeCall.ts",
      "src/cli/lib/forward.ts",
      "src/cli/lib/probe.ts",
    ],
    because: "every delivery passes the egress guard",
  },
  {
    act: "serve HTTP",
    pattern: /\bcreateServer\((?!\))/,
    by: ["src/http/listen.ts", "src/demo/receiver.ts", "src/simulation/door.ts"],
    because: "what listens is known: the service, and receivers on loopback",
  },
  {
    act: "make a connector",
    pattern: /\bbuildConnector\(/,
    by: ["src/delivery/connector.ts"],
    because: "it checks where a connection ended before a byte is written",
  },
  {
    act: "read the environment",
    pattern: /process\.env\b/,
    by: ["src/main.ts", "src/migrateOnly.ts", "src/base/parent.ts", "src/base/embedded"],
    because: "settings are read once, by name, and checked",
  },
  {
    act: "take the real time",
    pattern: /\bDate\.now\b|\bnew Date\(\)/,
    by: [
      "src/base/clock.ts",
      "src/base/log.ts",
      "src/base/embedded",
      // What receivers and senders hold against clocks of their own.
      "src/delivery/node.ts",
      "src/delivery/sendTest.ts",
      "src/flow/clientCertificate.ts",
      "src/http/callpilot.ts",
      // Programs of others, and clients.
      "src/receiver",
      "src/cli",
      "src/story",
      "src/demo",
      "src/simulation",
    ],
    because: "a test server's clock is moved (base/clock.ts)",
  },
  {
    act: "end the process",
    pattern: /process\.exit\(/,
    by: ["src/main.ts", "src/cli/main.ts"],
    because: "whoever cannot go on throws",
  },
  {
    act: "write to the terminal",
    pattern: /process\.(stdout|stderr)\.write|console\.(log|info|warn|error)\(/,
    by: [
      "src/main.ts",
      "src/migrateOnly.ts",
      "src/base/log.ts",
      "src/cli/lib/terminal.ts",
      "src/receiver/options.ts",
    ],
    because: "secrets stay out of the output when output has two doors",
  },
];

async function sources(): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
  const files = entries
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"),
    )
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      name: relative(root, file),
      text: withoutComments(await readFile(file, "utf8")),
    })),
  );
}

const withoutComments = (text: string) =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(?<=^|\s)\/\/.*$/gm, "");

const isAllowed = (name: string, by: readonly string[]) =>
  by.some((place) => name === place || name.startsWith(`${place}/`));

describe("architecture", () => {
  for (const { act, pattern, by, because } of acts) {
    test(`only ${by.join(", ")} may ${act}: ${because}`, async () => {
      const doers = (await sources())
        .filter(({ text }) => pattern.test(text))
        .map(({ name }) => name);
      expect(doers.filter((name) => !isAllowed(name, by))).toEqual([]);
      expect(doers.length, "the pattern finds nobody, so the test could not fail").toBeGreaterThan(
        0,
      );
    });
  }

  test("statements and migrations ask for the time as a test server can answer", async () => {
    const folder = join(root, "migrations");
    const names = (await readdir(folder)).filter((name) => name.endsWith(".sql"));
    const migrations = await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
    );
    const asksOtherwise =
      /\b(current_(timestamp|date|time)|localtime(stamp)?|(transaction|statement)_timestamp|timeofday)\b|'now'|\bset search_path\b/i;
    const found = [...(await sources()), ...migrations].filter(({ text }) =>
      asksOtherwise.test(text),
    );
    expect(migrations.length).toBeGreaterThan(0);
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  test("no file speaks of a list of events but the contract", async () => {
    const { eventTypes } = await import("../src/contract/catalogue.ts");
    const lists = (await sources())
      .filter(({ name }) => !name.startsWith("src/contract/") && !name.startsWith("src/flow/"))
      .filter(({ text }) => eventTypes.filter((type) => text.includes(`"${type}"`)).length > 3)
      .map(({ name }) => name);
    expect(lists).toEqual([]);
  });
});
