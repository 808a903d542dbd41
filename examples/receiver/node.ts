import { createServer } from "node:http";
import { nodeHandler } from "heliograph/receiver";
import { hooks } from "./hooks.ts";

await hooks.start();
createServer(nodeHandler(hooks)).listen(3000);
