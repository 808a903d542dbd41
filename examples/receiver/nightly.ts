import { hooks } from "./hooks.ts";

const { matching, fetched, differing } = await hooks.reconcile();
console.log(`${matching} events were to come, ${fetched.length} of them had not`);
if (differing.length > 0) console.error("These ranges do not agree", differing);
for (const gap of await hooks.gaps()) console.error(gap.state, gap.after, gap.to, gap.reason);
await hooks.stop();
