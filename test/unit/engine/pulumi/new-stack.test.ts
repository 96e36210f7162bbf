/** A stack that is new is there for its first operation, and stays only where something of it was written. */
import { BerthError } from "../../../../src/errors";
import { checkpointKey } from "../../../../src/engine/pulumi/backend";
import { parseCheckpoint, requireCheckpoint } from "../../../../src/engine/pulumi/checkpoint";
import { emptyCheckpoint, onNewStack } from "../../../../src/engine/pulumi/new-stack";
import { MemoryTexts } from "../../../support/memory-texts";

const stack = { project: "shop", stack: "dev" };
const key = checkpointKey(stack);
let state: MemoryTexts;

beforeEach(() => {
  state = new MemoryTexts();
});

const made = <T>(work: () => Promise<T>, backendUrl = "s3://state"): Promise<T> =>
  onNewStack(stack, { state, backendUrl }, work);

test("the work finds an empty state, and what it writes stays", async () => {
  const written = await made(async () => {
    const found = (await state.read(key)) ?? "";
    requireCheckpoint(found);
    expect(parseCheckpoint(found)).toMatchObject({ resources: [], outputs: {} });
    await state.write(key, "written");
    return "done";
  });
  expect(written).toBe("done");
  expect(await state.read(key)).toBe("written");
});

test("work that fails before anything is written leaves no stack", async () => {
  await expect(made(() => Promise.reject(new Error("no passphrase")))).rejects.toThrow("no passphrase");
  expect([...state.texts.keys()]).toEqual([]);
});

test("work that fails after something was written leaves it", async () => {
  const failing = made(async () => {
    await state.write(key, emptyCheckpoint(stack).replace("{", '{"begun":true,'));
    throw new Error("half-way");
  });
  await expect(failing).rejects.toThrow("half-way");
  expect(await state.read(key)).toContain("begun");
});

/** As the SDK's errors say what AWS has answered. */
function answered(status: number): BerthError {
  const cause = Object.assign(new Error("answered"), {
    name: "AccessDenied",
    $metadata: { httpStatusCode: status },
  });
  return new BerthError("deployment", { path: "s3://state", message: "answered" }, { cause });
}

test.each([
  ["s3://state", answered(403), "usage"],
  ["s3://state", answered(503), "deployment"],
  ["file:///proc/state", new BerthError("deployment", "EACCES"), "usage"],
])("a state on %s that can't be written: %s", async (backendUrl, error, kind) => {
  state.write = () => Promise.reject(error);
  const failing = made(() => Promise.reject(new Error("never begun")), backendUrl);
  await expect(failing).rejects.toMatchObject({ kind });
});
