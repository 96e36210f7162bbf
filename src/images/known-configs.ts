/**
 * What is known of images without asking a registry, as of 2026-11: for a run without a network, or without an account.
 * Official images have no HEALTHCHECK (docker-library/faq, "Healthcheck") and a shell; the others as their Dockerfiles say.
 */
import type { ImageConfig } from "../model/image-config";
import { imageNameOf } from "../model/image-name";

/** Official images that are no more than a program. */
const bare = new Set(["hello-world", "nats", "traefik", "scratch"]);

const others: Readonly<Record<string, ImageConfig>> = {
  "axllent/mailpit": {
    healthcheck: { test: ["CMD", "/mailpit", "readyz"], interval: 15, startPeriod: 10 },
    volumes: [],
    shell: true,
    complete: false,
  },
  "gitlab/gitlab-ce": {
    healthcheck: {
      test: ["CMD-SHELL", "/opt/gitlab/bin/gitlab-healthcheck --fail --max-time 10"],
      interval: 60,
      timeout: 30,
      retries: 5,
    },
    volumes: ["/etc/gitlab", "/var/opt/gitlab", "/var/log/gitlab"],
    shell: true,
    complete: false,
  },
};

/** @returns `undefined` where nothing is known */
export function knownConfig(reference: string): ImageConfig | undefined {
  const { path } = imageNameOf(reference);
  // The Docker Hub's official images alone have no folder; one of another registry may have any.
  const official = !path.includes("/") && !/^[^/]*[.:][^/]*\//.test(reference);
  if (official) return { volumes: [], shell: !bare.has(path), complete: true };
  return others[path];
}
