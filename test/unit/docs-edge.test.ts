/** The line of docs/edge.md that can be run here, run: an app that insists on https by what Express says does not loop. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Request {
  readonly headers: Record<string, string | undefined>;
}

type Middleware = (request: Request, response: unknown, next: () => void) => void;

test("Express is told the viewer's protocol", () => {
  const page = readFileSync(join(__dirname, "../../docs/edge.md"), "utf8");
  const [, line = ""] = /`(app\.use\(\(req,[^`]+)`/.exec(page.replaceAll("\n", " ")) ?? [];
  const used: Middleware[] = [];
  const app = { use: (middleware: Middleware) => used.push(middleware) };
  // What the page says is what is tried.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function("app", line)(app);
  const asked: Request = { headers: { "x-forwarded-proto": "http", "cloudfront-forwarded-proto": "https" } };
  let reached = 0;
  for (const middleware of used) middleware(asked, undefined, () => (reached += 1));
  expect([reached, asked.headers["x-forwarded-proto"]]).toEqual([1, "https"]);
});
