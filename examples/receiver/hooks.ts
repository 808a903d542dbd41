import { feedClient, postgresInbox, receiver } from "heliograph/receiver";
import { Pool } from "pg";

const { DATABASE_URL, HELIOGRAPH_URL = "", HELIOGRAPH_KEY = "" } = process.env;
const { HELIOGRAPH_ENDPOINT = "", HELIOGRAPH_SECRET = "" } = process.env;

const pool = new Pool({ connectionString: DATABASE_URL });
await pool.query("create table if not exists jobs (install text, customer text, status text)");
export const inbox = postgresInbox(pool, { prefix: "solar_" });
export const hooks = receiver({
  secret: HELIOGRAPH_SECRET,
  inbox,
  gate: {
    source: feedClient({ url: HELIOGRAPH_URL, key: HELIOGRAPH_KEY }),
    endpoint: HELIOGRAPH_ENDPOINT,
    from: 0,
    onGap: (gap) => console.error("Lost for good", gap),
  },
  on: {
    async new_install({ data: { install, customer } }, { tx }) {
      await tx.query("insert into jobs values ($1, $2, $3)", [
        install.id,
        customer.id,
        install.status,
      ]);
    },
    async update_install({ data: { install } }, { tx }) {
      await tx.query("update jobs set status = $2 where install = $1", [
        install.id,
        install.status,
      ]);
    },
  },
  otherwise: ({ id, type }) => console.log("Not ours", type, id),
  onError: (error, context) => console.error(context, error),
});
