// Small conveniences; every page works without this file.
(function () {
  "use strict";

  // What is being typed into a form with data-draft is kept, encrypted, a second after the last key.
  var draft = document.querySelector("form[data-draft]");
  var unsaved = null;
  function saveDraft() {
    if (!unsaved) { return null; }
    clearTimeout(unsaved);
    unsaved = null;
    return fetch(draft.dataset.draft, { method: "POST", body: new FormData(draft), keepalive: true }).then(function (answer) {
      draft.querySelector("[data-draft-saved]").hidden = !answer.ok || unsaved !== null;
    }).catch(function () {});
  }
  if (draft) {
    draft.addEventListener("input", function () {
      clearTimeout(unsaved);
      unsaved = setTimeout(saveDraft, 1000);
    });
    draft.addEventListener("submit", function () { clearTimeout(unsaved); unsaved = null; });
    window.addEventListener("pagehide", saveDraft);
  }

  // Quick exit: Esc twice within a second, or the button. The page is replaced at once; the session ends beside it.
  var exit = document.querySelector("[data-exit]");
  function leave() {
    document.documentElement.hidden = true;
    var wait = new Promise(function (done) { setTimeout(done, 300); });
    var saved = saveDraft();
    if (saved) { Promise.race([saved, wait]).then(end); } else { end(); }
  }
  function end() {
    if (exit.tagName === "FORM") {
      fetch(exit.action, { method: "POST", body: new FormData(exit), keepalive: true }).catch(function () {});
    }
    window.location.replace(exit.dataset.exit);
  }
  var last = -Infinity;
  if (exit) {
    document.addEventListener("keydown", function (event) {
      // Esc also closes a dialog or a menu: then it does not count. The covers are no dialogs of work.
      if (event.key !== "Escape" || event.repeat || document.querySelector("dialog[open]:not(.cover), .side:popover-open")) {
        last = -Infinity;
        return;
      }
      if (event.timeStamp - last < 1000) { leave(); }
      last = event.timeStamp;
    });
    exit.addEventListener(exit.tagName === "FORM" ? "submit" : "click", function (event) {
      event.preventDefault();
      leave();
    });
  }

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

  // A clock that the server has set runs on; only how long the page is open is asked of this machine.
  document.querySelectorAll("[data-clock]").forEach(function (clock) {
    var parts = clock.querySelectorAll("b"), before = Number(clock.dataset.clock), opened = Date.now();
    setInterval(function () {
      var minutes = Math.floor((before + (Date.now() - opened) / 1000) / 60);
      parts[0].textContent = Math.floor(minutes / 60);
      parts[1].textContent = String(minutes % 60).padStart(2, "0");
    }, 5000);
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Tick, or untick, every box of that name in the form.
  document.querySelectorAll("[data-tick]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var boxes = Array.from(button.form.elements).filter(function (box) { return box.name === button.dataset.tick; });
      var all = boxes.every(function (box) { return box.checked; });
      boxes.forEach(function (box) { box.checked = !all; });
    });
  });

  // What went wrong is read first.
  function focusSummary() {
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); }
  }
  focusSummary();
  document.addEventListener("htmx:afterSettle", focusSummary);
})();
