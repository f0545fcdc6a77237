// The page of a recording: a line plays from its second, and the line that is heard is marked. Keeps nothing.
"use strict";
(() => {
  const sound = document.getElementById("sound");
  if (!sound) return;
  const lines = [...document.querySelectorAll(".lines li")];

  const playFrom = (second) => {
    const go = () => { sound.currentTime = second; sound.play().catch(() => {}); };
    if (sound.readyState > 0) { go(); return; }
    sound.addEventListener("loadedmetadata", go, { once: true });
    sound.load();
  };

  lines.forEach((line) => {
    const link = line.querySelector("a.from");
    if (!link) return;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      playFrom(Number(line.dataset.from));
    });
  });

  sound.addEventListener("timeupdate", () => {
    const at = sound.currentTime + 0.05;
    lines.forEach((line) => {
      const now = at >= Number(line.dataset.from) && at < Number(line.dataset.until);
      line.classList.toggle("now", now);
      if (now) line.setAttribute("aria-current", "true"); else line.removeAttribute("aria-current");
    });
  });

  sound.addEventListener("error", () => { document.getElementById("sound-problem").hidden = false; });
  sound.addEventListener("loadedmetadata", () => { document.getElementById("sound-problem").hidden = true; });
})();
