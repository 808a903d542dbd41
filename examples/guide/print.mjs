import { createServer } from "node:http";

createServer(async (request, response) => {
  const event = JSON.parse(Buffer.concat(await request.toArray()).toString());
  process.stdout.write(`${event.sequence} ${event.type} ${event.data.customer.last_name}\n`);
  response.end();
}).listen(8080);
