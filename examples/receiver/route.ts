import { webHandler } from "heliograph/receiver";
import { hooks } from "./hooks.ts";

export const POST = webHandler(hooks);
