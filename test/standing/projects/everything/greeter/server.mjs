// A gRPC server without dependencies: it answers the health check of gRPC (grpc.health.v1.Health/Check), which says
// SERVING, and the load balancer's own (/AWS.ALB/healthcheck), which it does not know: UNIMPLEMENTED, code 12.
import { createServer } from "node:http2";

/** One message: not compressed, two bytes long, field 1 (status) is 1 (SERVING). */
const serving = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);

const server = createServer();
server.on("stream", (stream, headers) => {
  const known = headers[":path"] === "/grpc.health.v1.Health/Check";
  const head = { ":status": 200, "content-type": "application/grpc" };
  if (!known) return stream.respond({ ...head, "grpc-status": "12" }, { endStream: true });
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  return stream.end(serving);
});

const port = Number(process.env.PORT ?? 50051);
server.listen(port, () => console.log(`listening on port ${server.address().port}`));
process.once("SIGTERM", () => server.close());
