// VitePress's own theme, with room for tables, and the diagrams of the pages drawn where they are read.
import DefaultTheme from "vitepress/theme";
import { nextTick, onMounted, watch } from "vue";
import { useData, useRoute } from "vitepress";
import "./tables.css";

/** Draws the diagrams in the page's colours, again where these have changed. */
async function draw(dark) {
  const diagrams = [...document.querySelectorAll("pre.mermaid")];
  if (diagrams.length === 0) return;
  const { default: mermaid } = await import("mermaid");
  for (const diagram of diagrams) {
    diagram.dataset.source ??= diagram.textContent;
    diagram.textContent = diagram.dataset.source;
    diagram.removeAttribute("data-processed");
  }
  mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "neutral" });
  await mermaid.run({ nodes: diagrams });
}

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute();
    const { isDark } = useData();
    const soon = () => void nextTick(() => draw(isDark.value));
    onMounted(soon);
    watch([() => route.path, isDark], soon);
  },
};
