// VitePress's own theme, and the diagrams of the pages drawn where they are read.
import DefaultTheme from "vitepress/theme";
import { nextTick, onMounted, watch } from "vue";
import { useData, useRoute } from "vitepress";

async function draw(dark) {
  if (document.querySelector("pre.mermaid:not([data-processed])") === null) return;
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "neutral" });
  await mermaid.run({ querySelector: "pre.mermaid:not([data-processed])" });
}

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute();
    const { isDark } = useData();
    const soon = () => void nextTick(() => draw(isDark.value));
    onMounted(soon);
    watch(() => route.path, soon);
  },
};
