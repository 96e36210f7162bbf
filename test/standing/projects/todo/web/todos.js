// The list in Postgres, and the queue of reminders in Redis that the worker reads.

const reminders = "todo:reminders";

/** The longest title, in characters. */
export const longestTitle = 200;

const schema = `
  CREATE TABLE IF NOT EXISTS todos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    done boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    reminder_at timestamptz,
    reminded_at timestamptz
  )`;

/**
 * @param {import("pg").Pool} pool
 * @param {{ lPush(key: string, value: string): Promise<unknown> }} queue
 */
export function makeTodos(pool, queue) {
  return {
    /** Makes the table where it is missing; two tasks that start at once wait for each other. */
    async migrate() {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        await client.query("SELECT pg_advisory_xact_lock(hashtext('todo:migrate'))");
        await client.query(schema);
        await client.query("COMMIT");
      } finally {
        client.release();
      }
    },

    /** Open ones first, then the newest. */
    async list() {
      const { rows } = await pool.query("SELECT * FROM todos ORDER BY done, id DESC LIMIT 200");
      return rows;
    },

    /** @returns {Promise<boolean>} false where the title is empty or too long */
    async add(title) {
      const text = title.trim();
      if (text === "" || text.length > longestTitle) return false;
      await pool.query("INSERT INTO todos (title) VALUES ($1)", [text]);
      return true;
    },

    async toggle(id) {
      await pool.query("UPDATE todos SET done = NOT done WHERE id = $1", [id]);
    },

    async remove(id) {
      await pool.query("DELETE FROM todos WHERE id = $1", [id]);
    },

    /** Queued first: where Redis is away nothing is promised. */
    async remind(id) {
      await queue.lPush(reminders, id);
      await pool.query("UPDATE todos SET reminder_at = now() WHERE id = $1", [id]);
    },
  };
}
