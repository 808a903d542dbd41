import { connect } from "../src/base/database.ts";
import { createDelivery } from "../src/delivery/delivery.ts";
import { nodeOptions } from "./nodeOptions.ts";

/** A delivering node as a process of its own, to be killed. Takes the database as JSON, the node's id, and how many connections. */
const [database = "", nodeId = "", connections = ""] = process.argv.slice(2);
const sql = connect(JSON.parse(database), { max: Number(connections), name: nodeId });
await createDelivery(nodeOptions(sql, { nodeId })).start();
process.stdout.write("started\n");
