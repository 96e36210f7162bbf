/** Requests of terraform-provider-aws, out of a trace that Terraform wrote (`TF_LOG=JSON`). */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { actionOf, kindsOf, type Parameter } from "../actions";

/** One call of the provider by Terraform's core: the creation of a resource, say. */
export interface ProviderCall {
  /** Terraform's type; `provider` for its own start. */
  readonly type: string;
  /** `ApplyResourceChange`, `ReadResource`, … */
  readonly rpc: string;
  /** Each request once, in order: `ecs:UpdateService service`; with `tags` behind where it writes some. */
  readonly requests: string[];
}

interface TraceEvent {
  readonly tf_req_id: string;
  readonly tf_rpc: string;
  readonly tf_resource_type?: string;
  readonly "rpc.service": string;
  readonly "rpc.method": string;
  readonly "http.url": string;
  readonly "http.request.body"?: string;
  readonly "http.request.header.content_type"?: string;
}

export async function providerCalls(file: string): Promise<readonly ProviderCall[]> {
  const calls = new Map<string, ProviderCall>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!line.includes('"HTTP Request Sent"')) continue;
    const event = JSON.parse(line) as TraceEvent;
    const { tf_req_id: id, tf_rpc: rpc, tf_resource_type: type = "provider" } = event;
    const call = calls.get(id) ?? { type, rpc, requests: [] };
    calls.set(id, call);
    const request = await requestOf(event);
    if (!call.requests.includes(request)) call.requests.push(request);
  }
  return [...calls.values()];
}

async function requestOf(event: TraceEvent): Promise<string> {
  const action = actionOf(event["rpc.service"], event["rpc.method"]);
  const kinds = await kindsOf(action, parametersOf(event));
  const writes = !/:(Describe|List|Get)/.test(action);
  const tagged = writes && /"tags?"|\bTags?\.|<Tag>/i.test(event["http.request.body"] ?? "");
  return [action, kinds.length === 0 ? "*" : kinds.join(","), ...(tagged ? ["tags"] : [])].join(" ");
}

/** Names and values, whatever form they have: a query, JSON, or a path. */
function parametersOf(event: TraceEvent): readonly Parameter[] {
  const body = event["http.request.body"] ?? "";
  if (event["http.request.header.content_type"]?.includes("urlencoded") === true)
    return [...new URLSearchParams(body.trim())];
  const url = new URL(event["http.url"]);
  const path = decodeURIComponent(url.pathname).split("/");
  // The provider cuts a long body: it is read by its pairs.
  const pairs = [...body.matchAll(/"(\w+)":\s*(?:\[\s*)?"((?:[^"\\]|\\.)*)"/g)];
  return [
    ...path.map((part) => ["path", part] as const),
    ...url.searchParams,
    ...pairs.map(([, name = "", value = ""]) => [name, value] as const),
  ];
}
