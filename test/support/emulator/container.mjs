// Plays a service's program inside an emulated ECS task. Its arguments are what it does, one after the other:
// "say:TEXT", "env:NAME" (says the variable), "wait" (until it is stopped; ends with 143), "exit:N".
const steps = process.argv.slice(2);

for (const step of steps.length === 0 ? ["say:listening on 8080", "wait"] : steps) {
  const [, verb, text = ""] = /^([a-z]+)(?::(.*))?$/s.exec(step) ?? [];
  if (verb === "say") console.log(text);
  else if (verb === "env") console.log(`${text}=${process.env[text] ?? ""}`);
  else if (verb === "exit") process.exit(Number(text));
  else if (verb === "wait") await new Promise(() => setInterval(() => undefined, 60_000));
  else {
    console.error(`no such step: ${step}`);
    process.exit(2);
  }
}
