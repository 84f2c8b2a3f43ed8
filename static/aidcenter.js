// Small conveniences; every page works without this file.
(function () {
  "use strict";

  // What is being typed into a form with data-draft is kept, encrypted, a second after the last key.
  var unsaved = null;
  function saveDraft() {
    var draft = document.querySelector("form[data-draft]");
    if (!unsaved || !draft) { return null; }
    clearTimeout(unsaved);
    unsaved = null;
    return fetch(draft.dataset.draft, { method: "POST", body: new FormData(draft), keepalive: true }).then(function (answer) {
      draft.querySelector("[data-draft-saved]").hidden = !answer.ok || unsaved !== null;
    }).catch(function () {});
  }
  document.addEventListener("input", function (event) {
    if (!event.target.closest("form[data-draft]")) { return; }
    clearTimeout(unsaved);
    unsaved = setTimeout(saveDraft, 1000);
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-draft]")) { clearTimeout(unsaved); unsaved = null; }
  });
  window.addEventListener("pagehide", saveDraft);

  // Quick exit: Esc twice within a second, or the button. The page is replaced at once; the session ends beside it.
  function leave(exit) {
    document.documentElement.hidden = true;
    var wait = new Promise(function (done) { setTimeout(done, 300); });
    var saved = saveDraft(), end = function () { go(exit); };
    if (saved) { Promise.race([saved, wait]).then(end); } else { end(); }
  }
  function go(exit) {
    if (exit.tagName === "FORM") {
      fetch(exit.action, { method: "POST", body: new FormData(exit), keepalive: true }).catch(function () {});
    }
    window.location.replace(exit.dataset.exit);
  }
  var last = -Infinity;
  document.addEventListener("keydown", function (event) {
    var exit = document.querySelector("[data-exit]");
    // Esc also closes a dialog or a menu: then it does not count. The covers are no dialogs of work.
    if (!exit || event.key !== "Escape" || event.repeat || document.querySelector("dialog[open]:not(.cover), .side:popover-open")) {
      last = -Infinity;
      return;
    }
    if (event.timeStamp - last < 1000) { leave(exit); }
    last = event.timeStamp;
  });
  ["submit", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var exit = event.target.closest("[data-exit]");
      if (!exit || (exit.tagName === "FORM") !== (kind === "submit")) { return; }
      event.preventDefault();
      leave(exit);
    });
  });

  // A second click while a form is under way does nothing; coming back to the page frees it again.
  function free() {
    document.querySelectorAll("form[data-busy]").forEach(function (form) {
      form.removeAttribute("data-busy");
      form.querySelectorAll("[aria-disabled]").forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.hasAttribute("hx-post")) { return; }
    if (form.hasAttribute("data-busy")) { event.preventDefault(); return; }
    form.setAttribute("data-busy", "");
    if (event.submitter) { event.submitter.setAttribute("aria-disabled", "true"); }
  });
  window.addEventListener("pageshow", free);

  // How much of a file has been sent.
  document.addEventListener("htmx:xhr:progress", function (event) {
    var bar = event.target.querySelector && event.target.querySelector("progress");
    if (bar && event.detail.lengthComputable) {
      bar.hidden = false;
      bar.value = 100 * event.detail.loaded / event.detail.total;
    }
  });

  // Tick, or untick, every box of that name in the form.
  function tick(button) {
    var boxes = Array.from(button.form.elements).filter(function (box) { return box.name === button.dataset.tick; });
    var all = boxes.every(function (box) { return box.checked; });
    boxes.forEach(function (box) { box.checked = !all; });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print], [data-tick]");
    if (!button) { return; }
    if (button.matches("[data-print]")) { window.print(); } else { tick(button); }
  });

  // What is offered to start from fills the fields that are still empty; without this file the page comes anew.
  document.addEventListener("click", function (event) {
    var offer = event.target.closest("[data-fill]"), form = offer && document.querySelector("main form.form");
    if (!form) { return; }
    event.preventDefault();
    Object.keys(offer.dataset).forEach(function (name) {
      var field = form.elements[name];
      if (field && !field.value) { field.value = offer.dataset[name]; }
    });
    form.elements.text.focus();
  });

  // One more line of a field: a name that is offered.
  document.addEventListener("click", function (event) {
    var offer = event.target.closest("[data-line]"), field = offer && document.getElementById(offer.dataset.line);
    if (!field) { return; }
    field.value = field.value.trim() ? field.value.trim() + "\n" + offer.value : offer.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    offer.disabled = true;
  });

  // A clock that the server has set runs on; only how long the page is open is asked of this machine.
  function run(clock) {
    var parts = clock.querySelectorAll("b"), before = Number(clock.dataset.clock), opened = Date.now();
    setInterval(function () {
      var minutes = Math.floor((before + (Date.now() - opened) / 1000) / 60);
      parts[0].textContent = Math.floor(minutes / 60);
      parts[1].textContent = String(minutes % 60).padStart(2, "0");
    }, 5000);
  }

  // Once for each part of a page that arrives, at first the whole.
  function prepare(part) {
    part.querySelectorAll("[data-print], [data-tick], [data-line]").forEach(function (button) { button.hidden = false; });
    part.querySelectorAll("[data-clock]").forEach(run);
    part.querySelectorAll(".tabs [aria-current]").forEach(function (tab) { tab.scrollIntoView({ block: "nearest", inline: "center" }); });
  }

  // What went wrong is read first; where the page was exchanged also what was done, and the keyboard is there.
  function focusSummary() {
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); }
    return summary;
  }
  document.addEventListener("htmx:afterSettle", function (event) {
    prepare(event.target);
    if (event.target.id !== "main" || focusSummary()) { return; }
    var told = event.target.querySelector(".messages > *") || event.target;
    told.tabIndex = -1;
    told.focus({ preventScroll: true });
  });
  document.addEventListener("exchanged", function (event) { prepare(event.target); });
  prepare(document);
  focusSummary();
})();
