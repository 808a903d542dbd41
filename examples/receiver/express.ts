import { DatabaseSync } from "node:sqlite";
import express from "express";
import { expressHandler, receiver, sqliteInbox } from "heliograph/receiver";

const database = new DatabaseSync("receiver.db");
database.exec("create table if not exists jobs (install text, customer text)");
const hooks = receiver({
  secret: process.env["HELIOGRAPH_SECRET"] ?? "",
  inbox: sqliteInbox(database),
  on: {
    new_install({ data: { install, customer } }, { tx }) {
      tx.prepare("insert into jobs values (?, ?)").run(install.id, customer.id);
    },
  },
});
await hooks.start();
express().post("/hooks", expressHandler(hooks)).listen(process.env["PORT"]);
