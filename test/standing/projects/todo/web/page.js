// The page as a string of HTML; every value from outside goes through `escape`.
import { longestTitle } from "./todos.js";

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => entities[letter]);
}

/**
 * @param {readonly { id: string, title: string, done: boolean, reminder_at: Date | null, reminded_at: Date | null }[]} todos
 * @param {string} [problem] - what was wrong with the last input
 */
export function renderPage(todos, problem) {
  const open = todos.filter((todo) => !todo.done).length;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Todo (${open} open)</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/style.css" />
  </head>
  <body>
    <main>
      <h1>Todo</h1>
      ${problem === undefined ? "" : `<p class="problem" role="alert" id="problem">${escape(problem)}</p>`}
      <form class="add" method="post" action="/todos">
        <label for="title">What is to be done?</label>
        <input id="title" name="title" required maxlength="${longestTitle}" autocomplete="off"${
          problem === undefined ? "" : ' aria-invalid="true" aria-describedby="problem"'
        } />
        <button>Add</button>
      </form>
      ${todos.length === 0 ? '<p class="empty">Nothing to do.</p>' : `<ul>${todos.map(renderTodo).join("")}</ul>`}
    </main>
  </body>
</html>
`;
}

function renderTodo(todo) {
  const remindable = !todo.done && todo.reminder_at === null;
  return `
        <li${todo.done ? ' class="done"' : ""}>
          <span class="title">${escape(todo.title)}</span>
          ${renderStatus(todo)}
          <span class="actions">
            ${renderAction(todo, "toggle", todo.done ? "Reopen" : "Done")}
            ${remindable ? renderAction(todo, "remind", "Remind me") : ""}
            ${renderAction(todo, "remove", "Delete")}
          </span>
        </li>`;
}

function renderStatus({ reminder_at: asked, reminded_at: reminded }) {
  if (reminded !== null) {
    const time = reminded.toISOString();
    return `<span class="status">Reminded at <time datetime="${time}">${time.slice(11, 16)} UTC</time></span>`;
  }
  return asked === null ? "" : '<span class="status">Reminder queued</span>';
}

function renderAction(todo, action, words) {
  // A screen reader reads the buttons out of their row: each names its todo.
  const label = escape(`${words}: ${todo.title}`);
  return `<form method="post" action="/todos/${todo.id}/${action}"><button aria-label="${label}">${words}</button></form>`;
}
