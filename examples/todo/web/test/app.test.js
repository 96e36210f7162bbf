import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { makeServer } from "../app.js";

/** The list in memory, with the manners of `makeTodos`. */
function makeMemory() {
  const rows = [];
  const find = (id) => rows.find((row) => row.id === id);
  return {
    broken: false,
    async list() {
      if (this.broken) throw new Error("connection refused");
      return rows.toReversed();
    },
    async add(title) {
      if (title.trim() === "") return false;
      rows.push({ id: String(rows.length + 1), title, done: false, reminder_at: null, reminded_at: null });
      return true;
    },
    async toggle(id) {
      find(id).done = !find(id).done;
    },
    async remind(id) {
      find(id).reminder_at = new Date();
    },
    async remove(id) {
      rows.splice(rows.indexOf(find(id)), 1);
    },
  };
}

let memory = makeMemory();
const server = makeServer(
  new Proxy(
    {},
    {
      get:
        (_target, name) =>
        (...args) =>
          memory[name](...args),
    },
  ),
);
let origin;
before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${server.address().port}`;
});
beforeEach(() => (memory = makeMemory()));
after(() => server.close());

const post = (path, form = {}, headers = {}) =>
  fetch(origin + path, { method: "POST", body: new URLSearchParams(form), headers, redirect: "manual" });
const page = async () => (await fetch(origin)).text();

test("a todo is added, and stands on the page escaped", async () => {
  const answer = await post("/todos", { title: "<b>'milk' & \"bread\"" });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get("location"), "/");
  const html = await page();
  assert.ok(html.includes("&lt;b&gt;&#39;milk&#39; &amp; &quot;bread&quot;"));
  assert.ok(!html.includes("<b>"));
});

test("reminding, doing, reopening and deleting", async () => {
  await post("/todos", { title: "moor" });
  assert.match(await page(), /aria-label="Remind me: moor"/);
  await post("/todos/1/remind");
  assert.match(await page(), /Reminder queued/);
  assert.doesNotMatch(await page(), /Remind me/);
  await post("/todos/1/toggle");
  assert.match(await page(), /Todo \(0 open\).*Reopen/s);
  await post("/todos/1/remove");
  assert.match(await page(), /Nothing to do/);
});

test("an empty title is told beside the field", async () => {
  const answer = await post("/todos", { title: " " });
  assert.equal(answer.status, 422);
  assert.match(await answer.text(), /role="alert".*aria-invalid="true" aria-describedby="problem"/s);
});

for (const [what, path, form, headers, status] of [
  ["a form of another site", "/todos", { title: "x" }, { "sec-fetch-site": "cross-site" }, 403],
  ["a body that is too large", "/todos", { title: "x".repeat(5_000) }, {}, 413],
  ["an id that is no number", "/todos/1%20or%201/toggle", {}, {}, 404],
  ["a method of the object behind", "/todos/1/list", {}, {}, 404],
]) {
  test(`${what} is refused`, async () => {
    assert.equal((await post(path, form, headers)).status, status);
    assert.match(await page(), /Nothing to do/);
  });
}

test("a fault of the database: 503 for the page, the health check stays well", async () => {
  memory.broken = true;
  const answer = await fetch(origin);
  assert.equal(answer.status, 503);
  assert.doesNotMatch(await answer.text(), /refused/);
  assert.equal((await fetch(`${origin}/healthz`)).status, 200);
});
