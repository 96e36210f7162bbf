/** Calls of services of which one or two are made: signed and sent by a client of the SDK, without a client of their own. */
import { text } from "node:stream/consumers";
import { partitionOf } from "../partitions";
import type { AwsClients } from "./clients";

/** One POST of an API. */
export interface SignedCall {
  /** As hosts and signatures have it: `sns`. */
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What of a response is read. */
interface Answer {
  readonly response: { readonly statusCode: number; readonly body: AsyncIterable<Uint8Array> };
}

/** The parts of a client of the SDK by which it signs and sends. */
interface SigningConfig {
  readonly signer: () => Promise<{
    sign(request: object, options: { readonly signingService: string }): Promise<object>;
  }>;
  readonly requestHandler: { handle(request: object): Promise<Answer> };
  readonly endpoint?: () => Promise<{
    readonly protocol: string;
    readonly hostname: string;
    readonly port?: number;
  }>;
}

/**
 * @returns the body of the answer
 * @throws Error with AWS's code as its name, as the SDK's own clients do
 */
export async function signedCall(
  clients: AwsClients,
  { service, headers, body }: SignedCall,
): Promise<string> {
  const region = await clients.region();
  const config = (await clients.sts()).config as unknown as SigningConfig;
  const own = { protocol: "https:", hostname: `${service}.${region}.${partitionOf(region).dnsSuffix}` };
  const { protocol, hostname, port } = { port: undefined, ...own, ...(await config.endpoint?.()) };
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const request = {
    protocol,
    hostname,
    port,
    method: "POST",
    path: "/",
    query: {},
    headers: { host, ...headers },
    body,
  };
  const signed = await (await config.signer()).sign(request, { signingService: service });
  const { response } = await config.requestHandler.handle(signed);
  const answer = await text(response.body);
  if (response.statusCode < 300) return answer;
  throw faultOf(answer, response.statusCode);
}

/** Query APIs answer in XML, JSON ones with `__type` (AWS SDK reference, "Common errors"). */
function faultOf(text: string, status: number): Error {
  const code =
    /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ??
    /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1] ??
    String(status);
  const message =
    /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? /"message"\s*:\s*"([^"]*)"/i.exec(text)?.[1] ?? "";
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } });
}
