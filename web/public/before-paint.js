// Runs before the first paint so that a chosen theme never flashes the other one.
(function () {
  try {
    var theme = localStorage.getItem('ngoma.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem('ngoma.language') || navigator.language.slice(0, 2);
    if (/^(en|fr|rw|sw|ln|ha|yo|ig|pt)$/.test(language)) document.documentElement.lang = language;
  } catch (blocked) {
    // Storage may be refused in a private window; the system's theme then decides.
  }
})();
