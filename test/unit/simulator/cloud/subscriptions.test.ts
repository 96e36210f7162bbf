/** Subscriptions to a topic: one for each endpoint, whoever asks for it, as long as there is the topic. */
import { make, seededWorld } from "../../../support/simulated-world";

const [topicType, subscription] = ["aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription"];

test("Subscribe is answered with the subscription that is there, and a topic takes its own along", async () => {
  const { aws } = await seededWorld();
  const [topic, other] = [
    await make(aws, topicType, "alerts", { name: "alerts" }),
    await make(aws, topicType, "others", { name: "others" }),
  ];
  const subscribe = (name: string, to: string, endpoint: string): Promise<string> =>
    make(aws, subscription, name, { topic: to, protocol: "email", endpoint });
  const first = await subscribe("mail", topic, "ops@example.com");
  expect(await subscribe("mail again", topic, "ops@example.com")).toBe(first);
  const rest = [
    await subscribe("to another", topic, "dev@example.com"),
    await subscribe("of another", other, "ops@example.com"),
  ];
  expect(aws.all(subscription).map(({ id }) => id)).toEqual([first, ...rest]);
  await aws.delete(topicType, topic);
  expect(aws.all(subscription).map(({ id }) => id)).toEqual([rest[1]]);
});
