import fastify from "fastify";
import { fastifyPlugin } from "heliograph/receiver";
import { hooks } from "./hooks.ts";

const app = fastify();
await app.register(fastifyPlugin(hooks), { prefix: "/hooks" });
app.addHook("onClose", () => hooks.stop());
await app.listen({ port: 3000 });
