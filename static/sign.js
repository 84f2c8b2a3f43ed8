// A signature drawn on the page goes into a hidden field as a PNG; without this file a scan is chosen.
(function () {
  "use strict";
  var part = document.querySelector("[data-sign]");
  if (!part) { return; }
  part.hidden = false;
  var canvas = part.querySelector("canvas");
  var field = part.querySelector("input[type=hidden]");
  var pen = canvas.getContext("2d");
  var drawing = false;
  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  }
  function at(event) {
    var box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  }
  clear();
  pen.lineWidth = 3;
  pen.lineCap = "round";
  pen.strokeStyle = "#17232b";
  canvas.addEventListener("pointerdown", function (event) {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo.apply(pen, at(event));
  });
  canvas.addEventListener("pointermove", function (event) {
    if (!drawing) { return; }
    pen.lineTo.apply(pen, at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", function () {
    drawing = false;
    field.value = canvas.toDataURL("image/png");
  });
  part.querySelector("[data-sign-clear]").addEventListener("click", clear);
})();
