/** Patterns of `COPY` sources: Go's `filepath.Match`. */

/** Whether the whole path matches; `*` and `?` match no slash. A malformed pattern matches nothing. */
export function goMatch(pattern: string, path: string): boolean {
  const expression = pattern.replace(/\*|\?|\[\^?[^\]]+\]|[^]/gu, (part) => {
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.startsWith("[") && part.length > 1)
      return `(?!/)[${part.slice(1, -1).replace(/[\\[]/g, "\\$&")}]`;
    return part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  });
  try {
    return new RegExp(`^${expression}$`, "u").test(path);
  } catch {
    return false;
  }
}
