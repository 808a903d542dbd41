import { hooks, inbox } from "./hooks.ts";

await inbox.migrate();
for (const { id, type, tries, error } of await inbox.list({ state: "poison" })) {
  console.log(id, type, `after ${tries} tries:`, error);
  await inbox.retry(id);
}
await hooks.resume();
await hooks.stop();
