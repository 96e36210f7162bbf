/** AWS's price list by its query API: one region's prices, on demand. */
import type { GetProductsCommandOutput } from "@aws-sdk/client-pricing";
import { z } from "zod";
import type { PriceList, PriceWants } from "../../ports";
import { partitionOf } from "../../partitions";
import type { AwsClients } from "../clients";
import { bareUsage, priceQuestions, type PriceQuestion } from "./price-questions";

/**
 * The list answers in three regions of the first partition, and in none near to others (AWS General Reference, "AWS
 * Price List endpoints and quotas"): one near to the stack's is asked.
 */
function listRegion(region: string): string {
  if (/^(?:eu|me|af|il)-/.test(region)) return "eu-central-1";
  return region.startsWith("ap-") ? "ap-south-1" : "us-east-1";
}

/** A product with its terms, as the query API gives it (Price List Query API reference, GetProducts: `aws_v1`). */
const offer = z.object({
  product: z.object({ attributes: z.object({ usagetype: z.string() }) }),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.object({
        priceDimensions: z.record(
          z.string(),
          z.object({
            beginRange: z.string().optional(),
            pricePerUnit: z.object({ USD: z.string().optional() }),
          }),
        ),
      }),
    ),
  }),
});

/** Pages of an answer, of 100 products each: none of the questions has more. */
const pages = 3;

export class AwsPriceList implements PriceList {
  constructor(private readonly clients: Pick<AwsClients, "pricing">) {}

  async ask(
    region: string,
    wants: PriceWants,
    known: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, number>>> {
    if (partitionOf(region).id !== "aws") return {};
    const found: Record<string, number> = {};
    await Promise.all(
      priceQuestions(wants, known).map(async (question) => {
        try {
          Object.assign(found, await this.#answer(region, question, signal));
        } catch {
          // An estimate doesn't fail for the list: the table that comes with the program is there.
        }
      }),
    );
    return found;
  }

  async #answer(region: string, { service, filters, names }: PriceQuestion, signal: AbortSignal) {
    const pricing = await this.clients.pricing(listRegion(region));
    const found: Record<string, number> = {};
    let token: string | undefined;
    for (let page = 0; page < pages; page++) {
      const answer: GetProductsCommandOutput = await pricing.getProducts(
        {
          ServiceCode: service,
          FormatVersion: "aws_v1",
          Filters: Object.entries({ ...filters, regionCode: region }).map(([Field, Value]) => ({
            ...{ Type: "TERM_MATCH" as const, Field, Value },
          })),
          ...(token === undefined ? {} : { NextToken: token }),
        },
        { abortSignal: signal },
      );
      const products = (answer.PriceList ?? []) as readonly { toString(): string }[];
      for (const product of products) Object.assign(found, priceOf(product, names));
      token = answer.NextToken;
      if (token === undefined || token === "") break;
    }
    return found;
  }
}

/** The price of a product that is meant, of its first unit: nothing of one that is free or of another kind. */
function priceOf(
  product: { toString(): string },
  names: PriceQuestion["names"],
): Readonly<Record<string, number>> {
  // The SDK gives the JSON as an object of its own that is read as a text.
  const read: unknown = JSON.parse(product.toString());
  const { data } = offer.safeParse(read);
  if (data === undefined) return {};
  const usage = bareUsage(data.product.attributes.usagetype);
  const name = Object.keys(names).find((key) => names[key]?.test(usage) === true);
  if (name === undefined) return {};
  const dimensions = Object.values(data.terms.OnDemand).flatMap(({ priceDimensions }) =>
    Object.values(priceDimensions),
  );
  const first = dimensions.find(({ beginRange = "0" }) => Number(beginRange) === 0) ?? dimensions[0];
  const usd = Number(first?.pricePerUnit.USD);
  return usd > 0 ? { [name]: usd } : {};
}
