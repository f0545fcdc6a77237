// The page of two contracts: J and K go from change to change, a choice filters at once, and it can be printed. Keeps nothing.
"use strict";
(() => {
  const clauses = [...document.querySelectorAll(".clause")];
  const filters = document.getElementById("filters");
  if (!filters) return;

  document.getElementById("keys").hidden = clauses.length === 0;
  const print = document.getElementById("print");
  print.hidden = false;
  print.addEventListener("click", () => window.print());
  filters.addEventListener("change", () => filters.requestSubmit());

  const step = (by) => {
    const at = clauses.indexOf(document.activeElement.closest(".clause"));
    const next = at < 0 ? (by > 0 ? 0 : clauses.length - 1) : Math.min(Math.max(at + by, 0), clauses.length - 1);
    if (clauses[next]) clauses[next].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "j" || event.key === "J") step(1);
    else if (event.key === "k" || event.key === "K") step(-1);
  });

  window.addEventListener("beforeprint", () => document.querySelectorAll(".same").forEach((one) => { one.open = true; }));
})();
