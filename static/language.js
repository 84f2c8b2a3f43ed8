// Another language in the middle of a form: the page is asked for in it, and what was typed stays. It is kept
// nowhere but in this page. Without this file the language changes, and a form without draft begins anew.
(function () {
  "use strict";
  var PARTS = [".skip", "#side", ".top", "#main"];
  var typed = document.querySelector(".error-summary") !== null;
  document.addEventListener("input", function (event) { if (event.target.closest("main form")) { typed = true; } });

  // The fields of the page by name and place, the same in every language; a choice by what it says to the server.
  function fields() {
    var found = new Map();
    document.querySelectorAll("main form").forEach(function (form, place) {
      Array.from(form.elements).forEach(function (field) {
        if (!field.name || field.name === "csrfmiddlewaretoken" || field.tagName === "BUTTON") { return; }
        var mark = place + " " + field.name + " " + (/^(radio|checkbox)$/.test(field.type) ? field.value : "");
        while (found.has(mark)) { mark += "+"; }
        found.set(mark, field);
      });
    });
    return found;
  }

  function fill(field, before) {
    if (!before || before.type !== field.type) { return; }
    if (field.type === "file") { field.files = before.files; }
    else if (/^(radio|checkbox)$/.test(field.type)) { field.checked = before.checked; }
    else if (field.multiple && field.options) {
      var chosen = Array.from(before.selectedOptions).map(function (option) { return option.value; });
      Array.from(field.options).forEach(function (option) { option.selected = chosen.includes(option.value); });
    } else { field.value = before.value; }
  }

  function exchange(fresh) {
    var before = fields();
    var open = Array.from(document.querySelectorAll("main details")).map(function (part) { return part.open; });
    document.title = fresh.title;
    document.documentElement.lang = fresh.documentElement.lang;
    PARTS.forEach(function (name) {
      document.querySelector(name).replaceChildren(...fresh.querySelector(name).childNodes);
    });
    document.getElementById("side").setAttribute("aria-label", fresh.getElementById("side").getAttribute("aria-label"));
    document.querySelectorAll("main details").forEach(function (part, place) { part.open = open[place] || part.open; });
    fields().forEach(function (field, mark) { fill(field, before.get(mark)); });
    var main = document.getElementById("main");
    if (window.htmx) { window.htmx.process(main); }
    main.dispatchEvent(new Event("exchanged", { bubbles: true }));
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.matches("#side .languages") || !typed || document.querySelector("[data-sign]")) { return; }
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new FormData(form, button) }).then(function (answer) {
      if (!answer.ok) { throw answer; }
      return answer.text();
    }).then(function (text) {
      exchange(new DOMParser().parseFromString(text, "text/html"));
      document.querySelector("#side .languages [value=" + button.value + "]").focus();
    }).catch(function () { typed = false; form.requestSubmit(button); });
  }, true);
})();
