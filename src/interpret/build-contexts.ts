/** `build.additional_contexts`: what a Dockerfile takes by name (Compose Build Specification). */
import { familiarName, isImageName } from "../model/image-name";
import { servicesTaken } from "../model/build";
import { dependencyOrder } from "../compose/graph";
import type { Architecture, Build, NamedContext, Service } from "../model/project";
import { platformOf, platformsOf } from "../model/platforms";
import { inside, remote } from "./build-paths";
import type { FilesContext } from "./files";
import type { Node } from "./node";

const imagePrefix = "docker-image://";
const servicePrefix = "service:";

/** A name that BuildKit takes: that of an image, in lower case. */
const contextName = /^[a-z0-9][a-z0-9._/:@-]*$/;

/** The contexts of a build, sorted by name. */
export function readContexts(build: Node, files: FilesContext): readonly NamedContext[] {
  const byName = new Map<string, NamedContext>();
  for (const [written, node] of build.get("additional_contexts").entries()) {
    const name = familiarName(written);
    if (!contextName.test(name)) {
      node.problem(
        `${JSON.stringify(written)} is no name of a context`,
        "lower case, as FROM and COPY --from= have it: assets, or alpine:3.22",
      );
      continue;
    }
    const source = readSource(node, files);
    if (source === undefined) continue;
    if (byName.has(name)) node.problem(`a second context ${name}`, "keep one of them");
    byName.set(name, { name, source });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSource(node: Node, { root, folder }: FilesContext): NamedContext["source"] | undefined {
  const text = node.present ? node.text() : "";
  if (text === undefined) return undefined;
  if (text === "") {
    node.problem("it says no context", "a folder, docker-image://NAME or service:NAME");
    return undefined;
  }
  if (text.startsWith(imagePrefix)) return readImage(node, text.slice(imagePrefix.length));
  if (text.startsWith(servicePrefix)) return readService(root, node, text.slice(servicePrefix.length));
  if (remote.test(text)) {
    node.refuse(
      `${text}: the builder accepts folders of the project, images and services`,
      "put the files into a folder of the project, or ADD the URL in the Dockerfile",
    );
    return undefined;
  }
  const path = inside(node, text, text, folder);
  return path === undefined ? undefined : { kind: "folder", path };
}

function readImage(node: Node, reference: string): NamedContext["source"] | undefined {
  if (isImageName(reference)) return { kind: "image", reference };
  node.problem(`${JSON.stringify(reference)} is no image`, "like docker-image://alpine:3.22");
  return undefined;
}

/** That there is such a service was found before (compose-go, loader/validate.go). */
function readService(root: Node, node: Node, name: string): NamedContext["source"] | undefined {
  const other = root.at("services", name);
  if (other.get("build").present) return { kind: "service", service: name };
  node.problem(`the service ${name} is not built`, "name the image that it runs: docker-image://NAME");
  return undefined;
}

/** Says which services can't be built of each other's images: in a circle, or for a platform that one lacks. */
export function judgeTakenServices(services: readonly Service[], node: Node): void {
  const builds = new Map(
    services.flatMap((service): [string, { build: Build; platforms: readonly Architecture[] }][] =>
      service.kind === "container" && service.image.kind === "build"
        ? [[service.name, { build: service.image.build, platforms: platformsOf(service) }]]
        : [],
    ),
  );
  const taken = (name: string): readonly string[] => servicesTaken(builds.get(name)?.build ?? {});
  const order = dependencyOrder([...builds.keys()], taken);
  if (!order.ok) {
    node
      .at(order.cycle[0] ?? "", "build", "additional_contexts")
      .problem(`the images are built of each other: ${order.cycle.join(" -> ")}`, "remove one of them");
  }
  for (const [name, { platforms }] of builds) {
    for (const other of taken(name)) {
      const lacking = platforms.find((each) => !builds.get(other)?.platforms.includes(each));
      if (lacking === undefined || !builds.has(other)) continue;
      node
        .at(name, "build", "additional_contexts")
        .problem(
          `the image of ${other} is not built for ${platformOf(lacking)}`,
          `add the platform to services.${other}.build.platforms`,
        );
    }
  }
}
