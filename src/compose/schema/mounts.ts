/** What of a container is elsewhere (Compose Specification, "volumes", "configs", "secrets" of a service). */
import { filled } from "../defaults";
import { ownPath } from "../inside-paths";
import { lengthenMount, textAs } from "../long-form";
import { mergeByKind } from "../merge-rules";
import { joinMount } from "../relative-paths";
import { listOf, struct, textMap } from "./collections";
import { bytes, fileMode, flag, flagUnlessFalse, text, truncated, word } from "./scalars";
import { either, marked } from "./shape";

/** A config or a secret in a container. */
export const fileMount = marked(
  either(
    mergeByKind,
    text(),
    struct({
      source: text(),
      target: text(),
      uid: text(),
      gid: text(),
      mode: fileMode,
    }),
  ),
  { lengthen: textAs("source") },
);

/** Configs or secrets in a container. */
export const fileMounts = listOf(fileMount);

const longMount = struct(
  {
    type: word("bind", "volume", "tmpfs", "cluster", "npipe", "image"),
    source: marked(text(), { inside: ownPath }),
    target: text(),
    read_only: flag,
    consistency: text(),
    bind: marked(
      struct({
        selinux: word("z", "Z"),
        propagation: text(),
        create_host_path: flagUnlessFalse,
        recursive: word("enabled", "disabled", "writable", "readonly"),
      }),
      { fill: filled("create_host_path", true) },
    ),
    volume: struct({ labels: textMap, nocopy: flag, subpath: text() }),
    tmpfs: struct({
      size: bytes(),
      mode: { ...truncated, scalar: { types: ["number", "text"], cast: "whole" } },
    }),
    image: struct({ subpath: text() }),
  },
  { required: ["type", "target"] },
);

/** A volume, a folder or the like in a container. */
export const mount = marked(either(mergeByKind, text(), longMount), {
  lengthen: lengthenMount,
  resolve: joinMount,
});
