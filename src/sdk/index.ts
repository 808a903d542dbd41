export { createClient, type Client, type ClientOptions } from "./client.ts";
export { HeliographError } from "./error.ts";
