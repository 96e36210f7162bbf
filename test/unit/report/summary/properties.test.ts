import { wordsOf } from "../../../../src/report/summary/properties";

const rule = "aws:lb/listenerRule:ListenerRule";

function said(type: string, property: string, value: unknown): string | undefined {
  return wordsOf(type, property, {})?.form?.(value);
}

test("a rule of the load balancer is said by its addresses", () => {
  const hosts = { hostHeader: { values: ["a.example.com", "b.example.com"] } };
  const paths = { pathPattern: { values: ["/api", "/api/*"] } };
  const key = { httpHeader: { httpHeaderName: "X-Berth-Edge", values: ["k"] } };
  expect(said(rule, "conditions", [key, hosts])).toBe("a.example.com, b.example.com");
  expect(said(rule, "conditions", [paths])).toBe("/api, /api/*");
  expect(said(rule, "conditions", [{ hostHeader: { values: ["a.example.com"] } }, paths])).toBe(
    "a.example.com/api, a.example.com/api/*",
  );
  expect(said(rule, "conditions", [key])).toBeUndefined();
});

test("and what it does with a request", () => {
  expect(said(rule, "actions", [{ type: "redirect", redirect: { host: "example.com" } }])).toBe(
    "redirected to example.com",
  );
  expect(said(rule, "actions", [{ type: "forward", targetGroupArn: "arn" }])).toBe("answered by the service");
});

test("the names of a distribution are a list of words", () => {
  expect(
    said("aws:cloudfront/distribution:Distribution", "aliases", ["a.example.com", "b.example.com"]),
  ).toBe("a.example.com, b.example.com");
});
