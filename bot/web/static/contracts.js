// The page of two contracts: J and K go from change to change, a choice filters at once, and it can be printed. Keeps nothing.
"use strict";
(() => {
  const filters = document.getElementById("filters");
  if (!filters) return;
  const clauses = [...document.querySelectorAll(".clause")];
  const folded = [...document.querySelectorAll(".same")];
  const none = document.getElementById("none");

  document.getElementById("keys").hidden = clauses.length === 0;
  const print = document.getElementById("print");
  print.hidden = false;
  print.addEventListener("click", () => (print.dataset.whole ? window.location.assign(print.dataset.whole) : window.print()));

  // Everything is here unless the address asked for less: then only the house knows the rest.
  const narrow = () => {
    const { risk, category } = Object.fromEntries(new FormData(filters));
    const fits = (one) => (!risk || one.dataset.risk === risk) && (!category || one.dataset.category === category);
    clauses.forEach((one) => { one.hidden = !fits(one); });
    folded.forEach((one) => { one.hidden = Boolean(risk || category); });
    none.hidden = clauses.some((one) => !one.hidden);
    window.history.replaceState(null, "", `?${new URLSearchParams({ risk, category })}`);
  };
  filters.addEventListener("change", () => ("all" in filters.dataset ? narrow() : filters.requestSubmit()));
  filters.addEventListener("submit", (event) => {
    if (!("all" in filters.dataset)) return;
    event.preventDefault();
    narrow();
  });

  const step = (by) => {
    const shown = clauses.filter((one) => !one.hidden);
    const at = shown.indexOf(document.activeElement.closest(".clause"));
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1);
    if (shown[next]) shown[next].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j" || event.key === "J") step(1);
    else if (event.key === "k" || event.key === "K") step(-1);
  });

  window.addEventListener("beforeprint", () => folded.forEach((one) => { one.open = true; }));
  if (window.location.hash === "#print" && !print.dataset.whole) window.print();
})();
