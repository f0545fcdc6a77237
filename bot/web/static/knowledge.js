// Files that are dropped for the library: two at a time, each with its progress, each to be given up. Keeps nothing in the browser.
"use strict";
(() => {
  const place = document.getElementById("drop-files");
  if (!place) return;
  const words = place.dataset;
  const list = document.getElementById("coming");
  const audience = document.getElementById("knowledge-audience");
  const token = document.querySelector('meta[name="form-token"]').content;
  const AT_ONCE = 2;
  const waiting = [];
  let busy = 0;

  const post = (path, fields) => fetch(path, { method: "POST", body: new URLSearchParams({ token, ...fields }), headers: { Accept: "application/json" } });
  const drop = (upload) => fetch(`/files/${encodeURIComponent(upload)}/drop`, { method: "POST", headers: { "X-Form-Token": token } }).catch(() => {});
  const size = (bytes) => (bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);

  const over = (coming, outcome, said) => {
    if (coming.over) return;
    coming.over = true;
    coming.line.classList.add(outcome);
    coming.line.querySelector(".how").textContent = said;
    coming.line.querySelector("progress").hidden = true;
    coming.line.querySelector("button").remove();
    if (coming.begun) busy -= 1;
    if (outcome === "added") document.getElementById("coming-done").hidden = false;
    next();
  };

  const send = (coming, upload) => {
    const request = new XMLHttpRequest();
    const progress = coming.line.querySelector("progress");
    let read = 0;
    let last = null;
    const steps = () => {
      const lines = request.responseText.slice(read).split("\n").slice(0, -1);
      read += lines.reduce((sum, line) => sum + line.length + 1, 0);
      for (const line of lines) {
        const step = JSON.parse(line);
        if (step.outcome) last = step;
        coming.line.querySelector(".how").textContent = step.text;
      }
    };
    coming.stop = () => { request.abort(); drop(upload); };
    request.upload.addEventListener("progress", (event) => { progress.value = (100 * event.loaded) / event.total; });
    request.upload.addEventListener("load", () => progress.removeAttribute("value"));
    request.addEventListener("progress", () => { if (request.status === 200) steps(); });
    request.addEventListener("load", () => {
      if (request.status !== 200) { over(coming, "refused", request.responseText || words.failed); return; }
      steps();
      over(coming, last && last.outcome !== "refused" ? "added" : "refused", last ? last.text : words.failed);
    });
    request.addEventListener("error", () => over(coming, "refused", words.failed));
    request.open("POST", `/files/${encodeURIComponent(upload)}?soon=1`);
    request.setRequestHeader("X-Form-Token", token);
    request.setRequestHeader("Accept", "application/json");
    request.send(coming.file);
  };

  const begin = async (coming) => {
    coming.begun = true;
    busy += 1;
    coming.line.querySelector(".how").textContent = words.sending;
    try {
      const answer = await post("/files", { name: coming.file.name, size: coming.file.size, audience: coming.audience, replaces: words.replaces });
      if (!answer.ok) { over(coming, "refused", await answer.text()); return; }
      const { upload } = await answer.json();
      if (coming.over) { drop(upload); return; }
      send(coming, upload);
    } catch {
      over(coming, "refused", words.away);
    }
  };

  const next = () => {
    while (busy < AT_ONCE && waiting.length) {
      const coming = waiting.shift();
      if (!coming.over) begin(coming);
    }
  };

  const take = (files) => {
    for (const file of words.replaces ? [...files].slice(0, 1) : files) {
      const line = document.getElementById("coming-file").content.firstElementChild.cloneNode(true);
      const coming = { file, line, audience: audience ? audience.value : "", stop: () => {} };
      line.querySelector("strong").textContent = file.name;
      line.querySelector("small").textContent = size(file.size);
      line.querySelector(".how").textContent = words.waits;
      line.querySelector("button").setAttribute("aria-label", `${words.cancel}: ${file.name}`);
      line.querySelector("button").addEventListener("click", () => { coming.stop(); over(coming, "refused", words.cancelled); });
      list.append(line);
      waiting.push(coming);
    }
    next();
  };

  document.getElementById("knowledge-files").addEventListener("change", (event) => { take([...event.target.files]); event.target.value = ""; });
  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); place.classList.add("over"); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) place.classList.remove("over"); });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
})();
