/** What of a container lies elsewhere (Compose Specification, "volumes", "configs", "secrets" of a service). */
import type { CanonicalFileMount, CanonicalMount } from "../canonical";
import { filled } from "../defaults";
import { ownPath } from "../inside-paths";
import { lengthenMount, textAs } from "../long-form";
import { mergeByKind } from "../merge-rules";
import { joinMount } from "../relative-paths";
import { listOf, struct, textMap } from "./collections";
import { bytes, fileMode, flag, flagUnlessFalse, text, truncated, word } from "./scalars";
import { type Below, either, type Shape } from "./shape";

/** A config or a secret in a container. */
export const fileMount: Shape = {
  ...either(
    mergeByKind,
    text(),
    struct<CanonicalFileMount>({
      source: text(),
      target: text(),
      uid: text(),
      gid: text(),
      mode: fileMode,
    }),
  ),
  lengthen: textAs("source"),
};

/** Configs or secrets in a container. */
export const fileMounts: Shape = listOf(fileMount);

const longMount = struct<CanonicalMount>(
  {
    type: word("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    source: { ...text(), inside: ownPath },
    target: text(),
    read_only: flag,
    consistency: text(),
    bind: {
      ...struct<Below<CanonicalMount, "bind">>({
        selinux: word("z", "Z"),
        propagation: text(),
        create_host_path: flagUnlessFalse,
        recursive: word("enabled", "disabled", "writable", "readonly"),
      }),
      fill: filled("create_host_path", true),
    },
    volume: struct<Below<CanonicalMount, "volume">>({ labels: textMap, nocopy: flag, subpath: text() }),
    tmpfs: struct<Below<CanonicalMount, "tmpfs">>({
      size: bytes(),
      mode: { ...truncated, scalar: { types: ["number", "text"], cast: "whole" } },
    }),
    image: struct<Below<CanonicalMount, "image">>({ subpath: text() }),
  },
  { required: ["type", "target"] },
);

/** A volume, a folder or the like in a container. */
export const mount: Shape = {
  ...either(mergeByKind, text(), longMount),
  lengthen: lengthenMount,
  resolve: joinMount,
};
