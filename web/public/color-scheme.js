// Runs before the first paint, as its own file because inline scripts are refused by the content security policy.
(function () {
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("cascadian-color-scheme");
  } catch (error) {
    chosen = null;
  }
  var dark = chosen === "dark" || (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
