/** `gpus` and `deploy.resources.reservations.devices`: the GPUs of a service's task. */
import type { ContainerService } from "../model/project";
import { mostGpus } from "../modes/gpu";
import type { Node } from "./node";

/** What a device request may ask an NVIDIA driver for (NVIDIA Container Toolkit, "Driver Capabilities"). */
const nvidiaCapabilities = new Set([
  "gpu",
  "nvidia",
  "compute",
  "compat32",
  "display",
  "graphics",
  "ngx",
  "utility",
  "video",
]);

/**
 * The GPUs of each task, `undefined` where it asks for none. What no GPU instance has is refused.
 *
 * @param container - what else the service is: a GPU task is a service on amd64
 */
export function readGpus(
  service: Node,
  container: Pick<ContainerService, "lifecycle" | "architecture">,
): number | undefined {
  const devices = service.at("deploy", "resources", "reservations", "devices");
  const requests = [...devices.items(), ...service.get("gpus").items()];
  if (requests.length === 0) return undefined;
  const [first = devices] = requests;
  const count = requests.reduce((sum, request) => sum + countOf(request), 0);
  if (count > mostGpus) {
    first.problem(
      `${count} GPUs are more than one instance has: ${mostGpus}`,
      "ask for fewer, and run more replicas",
    );
  }
  if (container.architecture === "ARM64") {
    service.get("platform").problem("GPU services run on amd64", "platform: linux/amd64");
  }
  if (container.lifecycle !== "service") {
    const it = container.lifecycle === "task" ? "a one-off task" : "a service on a schedule";
    first.refuse(
      `${it} gets no GPU: its instance would take minutes to start, and nothing would stop it`,
      "make it a service, or remove the device",
    );
  }
  return Math.min(count, mostGpus);
}

function countOf(request: Node): number {
  judgeDriver(request);
  const ids = request.get("device_ids").items();
  if (ids.length > 0) return ids.length;
  const count = request.get("count");
  if (!count.present || count.value === -1 || count.value === "all") {
    request.warn(
      "all GPUs of the smallest instance that the service fits into: 1; write count for another number",
    );
    return 1;
  }
  return count.integer(1, mostGpus) ?? 1;
}

function judgeDriver(request: Node): void {
  const driver = request.get("driver");
  const name = driver.text() ?? "";
  if (name !== "" && name !== "nvidia") {
    driver.refuse(
      `the instances have NVIDIA's driver, not ${JSON.stringify(name)}`,
      "driver: nvidia, or none",
    );
  }
  for (const capability of request.get("capabilities").items()) {
    const word = capability.text();
    if (word === undefined || nvidiaCapabilities.has(word)) continue;
    capability.refuse(
      `the instances have GPUs, no device that can do ${JSON.stringify(word)}`,
      "capabilities: [gpu]",
    );
  }
}
