export { createClient, type CallOptions, type Client, type ClientOptions } from "./client.ts";
export { HeliographError, isFailure, type FailureCode } from "./error.ts";
