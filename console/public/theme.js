// Before anything is drawn, so that a dark page never flashes white. A file of its own: the policy allows no inline script.
const kept = localStorage.getItem("heliograph.theme");
const isDark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = isDark ? "dark" : "light";
