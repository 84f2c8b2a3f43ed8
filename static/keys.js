// Keys that open a page or focus a field: those that the page marks with data-key, when its person wants them.
(function () {
  "use strict";
  var before = "", when = -Infinity;

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  // A letter by its place on the keyboard, so that it works in Cyrillic too; a sign by what it is.
  function nameOf(event) { return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key; }

  function follow(mark) {
    var found = document.querySelector('[data-key="' + mark + '"]');
    if (!found) { return false; }
    if (found.tagName === "INPUT") { found.focus(); } else { found.click(); }
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) { return; }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) { before = ""; return; }
    var name = nameOf(event);
    if (!/^[a-z/?]$/.test(name)) { if (name !== "Shift") { before = ""; } return; }
    var mark = before && event.timeStamp - when < 1500 ? before + " " + name : name;
    before = "";
    if (follow(mark)) { event.preventDefault(); return; }
    if (name === "g") { before = "g"; when = event.timeStamp; }
  });
})();
