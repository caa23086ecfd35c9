import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

const server = createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces).toString();
  try {
    // Throws unless it is signed, and not older than five minutes. The body of several lines is no JSON.
    webhook.verify(body, request.headers, { jsonParse: false });
    console.log(request.headers["webhook-id"], body); // keep it, unless this id came before
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
});
server.listen(process.env.PORT, "127.0.0.1", () => console.log("port", server.address().port));
