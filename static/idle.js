// The cover over an idle page, and the one-key cover. The server keeps the lock; this only hides and asks.
(function () {
  "use strict";
  var cover = document.getElementById("cover");
  if (!cover) { return; }
  var form = cover.querySelector("form");
  var refusal = cover.querySelector("[role=alert]");
  var passkey = cover.querySelector("[data-passkey]");
  var limit = Number(cover.dataset.seconds) * 1000;
  var told = Date.now();
  var timer;

  function post(url, values) {
    var body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    Object.keys(values).forEach(function (name) { body.append(name, values[name]); });
    return fetch(url, { method: "POST", body: body, redirect: "error" });
  }

  function arm(seconds) {
    clearTimeout(timer);
    timer = setTimeout(check, seconds * 1000 + 250);
  }

  function settle(response) {
    if (response.status === 401) { window.location.assign("/accounts/login/"); return; }
    return response.json().then(function (said) {
      if (said.left > 0) { arm(said.left); reveal(); } else { lock(); }
    });
  }

  function check() { return fetch(cover.dataset.idle, { redirect: "error" }).then(settle).catch(lock); }

  function lock() {
    clearTimeout(timer);
    if (cover.open) { return; }
    cover.showModal();
    passkey.hidden = true;
    if (!window.PublicKeyCredential || !window.PublicKeyCredential.parseRequestOptionsFromJSON) { return; }
    fetch(cover.dataset.unlock).then(function (response) { return response.json(); }).then(function (said) {
      passkey.hidden = !said.passkey;
      passkey.question = said.passkey;
    }).catch(function () {});
  }

  function reveal() {
    if (!cover.open) { return; }
    refusal.textContent = "";
    form.reset();
    cover.close();
  }

  function show(values) {
    return post(cover.dataset.unlock, values).then(function (response) {
      if (response.status !== 403) { return settle(response); }
      return response.json().then(function (said) { refusal.textContent = said.error; });
    }).catch(function () { refusal.textContent = cover.dataset.offline; });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    show({ password: form.elements.password ? form.elements.password.value : "" });
  });
  passkey.addEventListener("click", function () {
    var question = window.PublicKeyCredential.parseRequestOptionsFromJSON(passkey.question.publicKey);
    navigator.credentials.get({ publicKey: question }).then(function (credential) {
      return show({ credential: JSON.stringify(credential) });
    }).catch(function () { refusal.textContent = cover.dataset.refused; });
  });
  // A browser lets Esc close any dialog; a locked page covers itself again.
  cover.addEventListener("cancel", function (event) { event.preventDefault(); });
  cover.addEventListener("close", check);

  ["keydown", "pointerdown", "wheel"].forEach(function (kind) {
    document.addEventListener(kind, function () {
      if (cover.open || Date.now() - told < limit / 10) { return; }
      told = Date.now();
      post(cover.dataset.idle, {}).then(settle).catch(function () {});
    }, { passive: true });
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { check(); } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { check(); } });
  document.addEventListener("htmx:responseError", function (event) {
    if (event.detail.xhr.status === 423) { lock(); }
  });
  arm(limit / 1000);

  // Hide the screen with one key; the session goes on.
  var screen = document.getElementById("hidden-screen");
  function toggle() { if (screen.open) { screen.close(); } else { screen.showModal(); } }
  document.addEventListener("keydown", function (event) {
    if (event.key === "F8" && !event.repeat) { event.preventDefault(); toggle(); }
  });
  document.addEventListener("click", function (event) { if (event.target.closest("[data-hide]")) { toggle(); } });
})();
