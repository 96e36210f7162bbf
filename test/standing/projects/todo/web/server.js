// The process: connects, makes the table, listens, and ends in order.
import { makeServer } from "./app.js";
import { connectPostgres, connectRedis } from "./connections.js";
import { makeTodos } from "./todos.js";

async function main({ DATABASE_URL, PGSSLMODE, REDIS_URL, REDIS_TLS, PORT = "8080" }) {
  const pool = await connectPostgres(DATABASE_URL ?? "", PGSSLMODE);
  const queue = await connectRedis(REDIS_URL ?? "", REDIS_TLS);
  const todos = makeTodos(pool, queue);
  await todos.migrate();

  const server = makeServer(todos);
  server.listen(Number(PORT), () => console.log(`listening on port ${PORT}`));

  process.once("SIGTERM", () => {
    server.close(async () => {
      queue.destroy();
      await pool.end();
    });
  });
}

main(process.env).catch((error) => {
  console.error(`not started: ${error.message}`);
  process.exit(1);
});
