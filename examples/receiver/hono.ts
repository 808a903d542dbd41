import { honoHandler } from "heliograph/receiver";
import { Hono } from "hono";
import { hooks } from "./hooks.ts";

export const app = new Hono().post("/hooks", honoHandler(hooks));
