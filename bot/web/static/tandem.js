// What the pages do beyond htmx: a turn is followed as it comes, keys, the panel, copying, files. Keeps nothing in the browser.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const words = byId("words") ? byId("words").dataset : {};
  const token = () => document.querySelector('meta[name="form-token"]').content;

  const toast = (text, lasts = 4000) => {
    const line = document.createElement("p");
    line.textContent = text;
    byId("toasts").append(line);
    setTimeout(() => line.remove(), lasts);
  };

  const form = (fields) => new URLSearchParams({ token: token(), ...fields });

  // --- following turns ---------------------------------------------------------------------------------------------
  const followed = new Map();
  const talk = document.querySelector(".talk");

  const isAtEnd = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
  const toEnd = () => { talk.scrollTop = talk.scrollHeight; };

  const showStop = () => { if (byId("stop")) byId("stop").hidden = followed.size === 0; };

  const ended = (turn) => {
    const source = followed.get(turn.id);
    if (source) source.close();
    followed.delete(turn.id);
    turn.classList.remove("pending");
    showStop();
  };

  const follow = (turn) => {
    if (followed.has(turn.id)) return;
    const source = new EventSource(turn.dataset.follow);
    followed.set(turn.id, source);
    showStop();
    const label = turn.querySelector(".state .label");
    const text = turn.querySelector(".reply > .text");
    let said = label.textContent;
    const on = (name, act) => source.addEventListener(name, (event) => {
      const stay = isAtEnd();
      act(JSON.parse(event.data));
      if (stay) toEnd();
    });
    const tell = (data) => { said = data.label; label.textContent = said; };
    on("kept", tell);
    on("working", tell);
    on("text", (data) => {
      turn.querySelector(".state").hidden = true;
      const piece = document.createElement("span");
      piece.className = "piece";
      piece.textContent = data.text;
      text.append(piece);
    });
    on("evidence", (data) => { turn.querySelector(".slot").innerHTML = data.html; });
    on("done", (data) => {
      ended(turn);
      turn.querySelector(".reply").outerHTML = data.html;
      htmx.process(turn.querySelector(".reply"));
      htmx.trigger(document.body, "turn-ended");
    });
    on("gone", (data) => { ended(turn); label.textContent = data.text; });
    source.addEventListener("open", () => { label.textContent = said; });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) { ended(turn); label.textContent = words.gone; }
      else label.textContent = words.reconnecting;
    });
  };

  const followAll = () => document.querySelectorAll(".turn.pending[data-follow]").forEach(follow);

  const stop = () => document.querySelectorAll(".turn.pending[data-stop]").forEach((turn) => {
    fetch(turn.dataset.stop, { method: "POST", body: form({}) }).then(async (answer) => { if (!answer.ok) toast(await answer.text()); })
      .catch(() => toast(words.away));
  });

  // --- the composer ------------------------------------------------------------------------------------------------
  const text = byId("text");
  const ask = byId("ask");
  const grow = () => { text.style.height = "auto"; text.style.height = `${text.scrollHeight}px`; };

  if (ask) {
    text.addEventListener("input", grow);
    text.addEventListener("keydown", (event) => {
      const composing = event.isComposing || event.keyCode === 229;  // Enter that ends a Chinese word sends nothing
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      if ((text.value.trim() || waitingFiles().length) && followed.size === 0) ask.requestSubmit();
    });
    byId("stop").addEventListener("click", stop);
    followAll();
    toEnd();
  }

  document.addEventListener("keydown", (event) => {
    if (!ask || event.isComposing) return;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if ((event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      text.focus();
    }
    if (event.key === "Escape" && !byId("panel").open && !byId("threads").matches(":popover-open") && followed.size) stop();
  });

  // --- parts that arrive -------------------------------------------------------------------------------------------
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (event.detail.elt.matches(".tools")) event.detail.elt.scrollIntoView({ block: "nearest" });
    if (target.id === "turns") {
      const asked = event.detail.requestConfig.elt;
      if (asked.matches("[data-closes-panel]")) byId("panel").close();
      followAll();
      toEnd();
    }
    if (target.id === "panel-body") {
      const panel = byId("panel");
      if (!panel.open) panel.showModal();
      panel.querySelector(".sheet").scrollTop = 0;
      const wrong = panel.querySelector("[aria-invalid]");
      if (wrong) wrong.focus();
      const here = panel.querySelector(".here") || panel.querySelector("mark");
      if (here) here.scrollIntoView({ block: "nearest" });
    }
  });
  let stays = false;
  document.body.addEventListener("htmx:oobBeforeSwap", () => { stays = Boolean(talk) && isAtEnd(); });
  document.body.addEventListener("htmx:oobAfterSwap", (event) => { if (stays && event.detail.target.id === "turns") toEnd(); });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const row = event.detail.successful && event.detail.elt.closest(".house .next");
    if (row) row.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    if (event.detail.elt === ask) {
      if (byId("sent-files").value && event.detail.successful) waitingFiles().forEach((card) => card.remove());
      else waitingFiles().forEach((card) => { card.upload = ""; card.querySelector(".choices").hidden = false; });
      byId("sent-files").value = "";
      needed();
    }
    if (event.detail.elt === ask && event.detail.successful) { text.value = ""; grow(); text.focus(); }
    if (event.detail.elt.matches("form.secret")) event.detail.elt.reset();
  });
  const asked = (event) => event.detail.elt.dataset.quiet === undefined;  // what a page fetches by itself fails in silence
  document.body.addEventListener("htmx:responseError", (event) => { if (asked(event)) toast(event.detail.xhr.responseText.slice(0, 300), 8000); });
  document.body.addEventListener("htmx:sendError", (event) => { if (asked(event)) toast(words.away, 8000); });

  if (byId("panel")) {
    byId("panel").addEventListener("click", (event) => { if (event.target === byId("panel")) byId("panel").close(); });
  }
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.person[open]").forEach((open) => { if (!open.contains(event.target)) open.open = false; });
    const forward = event.target.closest("[data-copy-text]");
    if (forward) {
      const text = forward.closest(".forward").querySelector(".copied-text").textContent;
      navigator.clipboard.writeText(text).then(() => toast(words.copied, 1500), () => toast(words.copyFailed));
    }
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const answer = copy.closest(".reply").querySelector(".text").textContent;
    navigator.clipboard.writeText(answer).then(() => {
      toast(words.copied, 1500);
      fetch(copy.dataset.copy, { method: "POST", body: form({}) }).catch(() => {});
    }, () => toast(words.copyFailed));
  });

  // --- files -------------------------------------------------------------------------------------------------------
  const size = (bytes) => (bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);

  const waitingFiles = () => [...document.querySelectorAll("#files .file")].filter((card) => card.file && !card.matches(".added"));

  const offer = (file) => {
    const card = byId("file-card").content.firstElementChild.cloneNode(true);
    card.file = file;
    card.querySelector("strong").textContent = file.name;
    card.querySelector(".what small").textContent = size(file.size);
    card.querySelector(".away").addEventListener("click", () => { card.remove(); needed(); });
    const add = card.querySelector(".add");
    if (add) add.addEventListener("click", () => shelve(file, card));
    byId("files").append(card);
    needed();
    text.focus();
  };

  const needed = () => { text.required = waitingFiles().length === 0; };

  const over = (card, outcome, said) => {
    card.classList.add(outcome);
    card.file = null;
    needed();
    card.querySelector(".how").textContent = said;
    card.querySelector("progress").hidden = true;
    card.querySelectorAll("label, .add").forEach((part) => part.remove());
    card.querySelector(".choices").hidden = false;
    card.querySelector(".away").textContent = words.close;
    (outcome === "added" ? text : card.querySelector(".away")).focus();
  };

  const announce = async (file, fields, card) => {
    card.querySelector(".choices").hidden = true;
    card.querySelector(".how").textContent = words.sending;
    try {
      const body = form({ name: file.name, size: file.size, ...fields });
      const begun = await fetch("/files", { method: "POST", body, headers: { Accept: "application/json" } });
      if (begun.ok) return (await begun.json()).upload;
      over(card, "refused", await begun.text());
    } catch {
      over(card, "refused", words.away);
    }
    return "";
  };

  const shelve = async (file, card) => {
    card.file = null;
    needed();
    const select = card.querySelector("select");
    const upload = await announce(file, { audience: select ? select.value : "" }, card);
    if (upload) bytes(file, upload, card);
  };

  // Each file that waits is sent; the ids of all of them, or nothing where one was refused: it can be taken away, and the rest sent again.
  const handOver = async () => {
    const sent = [];
    for (const card of waitingFiles()) {
      if (!card.upload) {
        const upload = await announce(card.file, { said: "1" }, card);
        if (upload && await whole(card.file, upload, card)) card.upload = upload;
      }
      if (card.upload) sent.push(card.upload);
      else return [];
    }
    return sent;
  };

  const whole = (file, upload, card) => new Promise((done) => {
    const request = new XMLHttpRequest();
    const progress = card.querySelector("progress");
    progress.hidden = false;
    request.upload.addEventListener("progress", (event) => { progress.value = (100 * event.loaded) / event.total; });
    request.addEventListener("load", () => {
      if (request.status !== 204) over(card, "refused", request.responseText || words.failed);
      done(request.status === 204);
    });
    request.addEventListener("error", () => { over(card, "refused", words.failed); done(false); });
    request.open("POST", `/files/${encodeURIComponent(upload)}?said=1`);
    request.setRequestHeader("X-Form-Token", token());
    request.setRequestHeader("Accept", "application/json");
    request.send(file);
  });

  let sending = false;
  if (ask) {
    document.addEventListener("submit", async (event) => {
      if (event.target !== ask || waitingFiles().length === 0 || byId("sent-files").value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (sending) return;
      sending = true;
      byId("send").disabled = true;
      const sent = await handOver();
      sending = false;
      byId("send").disabled = false;
      if (sent.length === 0) return;
      byId("sent-files").value = sent.join(",");
      ask.requestSubmit();
    }, true);
  }

  const bytes = (file, upload, card) => {
    const request = new XMLHttpRequest();
    const progress = card.querySelector("progress");
    let read = 0;
    let last = null;
    const steps = () => {
      const lines = request.responseText.slice(read).split("\n");
      read += lines.slice(0, -1).reduce((sum, line) => sum + line.length + 1, 0);
      for (const line of lines.slice(0, -1)) {
        const step = JSON.parse(line);
        if (step.outcome) last = step;
        card.querySelector(".how").textContent = step.text;
      }
    };
    progress.hidden = false;
    request.upload.addEventListener("progress", (event) => { progress.value = (100 * event.loaded) / event.total; });
    request.upload.addEventListener("load", () => progress.removeAttribute("value"));
    request.addEventListener("progress", () => { if (request.status === 200) steps(); });
    request.addEventListener("load", () => {
      if (request.status !== 200) { over(card, "refused", request.responseText || words.failed); return; }
      steps();
      over(card, last ? (last.outcome === "refused" ? "refused" : "added") : "refused", last ? last.text : words.failed);
    });
    request.addEventListener("error", () => over(card, "refused", words.failed));
    request.open("POST", `/files/${encodeURIComponent(upload)}`);
    request.setRequestHeader("X-Form-Token", token());
    request.setRequestHeader("Accept", "application/json");
    request.send(file);
  };

  if (byId("file")) {
    byId("file").addEventListener("change", (event) => { [...event.target.files].forEach(offer); event.target.value = ""; });
  }
  if (byId("drop")) {
    const drop = byId("drop");
    const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
    addEventListener("dragenter", (event) => { if (hasFiles(event)) drop.hidden = false; });
    addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.hidden = true; });
    addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      drop.hidden = true;
      [...event.dataTransfer.files].forEach(offer);
    });
  }

  // --- rooms of the admins: on a phone the list of them scrolls, and the one that is open is in sight ---------------
  const room = document.querySelector(".rooms [aria-current]");
  if (room) room.parentElement.scrollLeft = room.offsetLeft - 16;
})();
