/*
 * Runs before everything else on the page that a hub serves: a network that
 * changes while the page loads (Chromium then drops every request under way)
 * must not leave an empty page for ever. When a file that the page cannot do
 * without did not come, the hub is asked until it answers, and the page is
 * loaded again; what came is in the browser's cache. After a few times that did
 * not help, it stays with the words in the page, which say what to do.
 *
 * By itself and old-fashioned on purpose: it must run where the rest did not.
 */
"use strict";
(function () {
  var KEY = "lanvas.loaded-again";
  var MOST = 5;
  var FORGET_MS = 60000;
  var FIRST_PAUSE_MS = 400;
  var LONGEST_PAUSE_MS = 5000;
  var waiting = false;

  function hasBegun() {
    var app = document.getElementById("app");
    return app !== null && app.childElementCount > 0;
  }

  /** How often in the last minute; where storage is forbidden, too often. */
  function timesBefore() {
    try {
      var said = (sessionStorage.getItem(KEY) || "0 0").split(" ");
      return Date.now() - Number(said[1]) < FORGET_MS ? Number(said[0]) : 0;
    } catch {
      return MOST;
    }
  }

  function loadAgain() {
    var times = timesBefore();
    if (times >= MOST) return;
    try {
      sessionStorage.setItem(KEY, times + 1 + " " + Date.now());
    } catch {
      return;
    }
    location.reload();
  }

  /** A page that is loaded while the hub is out of reach would be the browser's own, which knows no way back. */
  function whenReached(pause) {
    setTimeout(function () {
      fetch("/healthz", { cache: "no-store" }).then(loadAgain, function () {
        whenReached(Math.min(pause * 2, LONGEST_PAUSE_MS));
      });
    }, pause);
  }

  addEventListener(
    "error",
    function (event) {
      var what = event.target;
      var needed = what instanceof HTMLScriptElement || (what instanceof HTMLLinkElement && what.rel === "stylesheet");
      if (!needed || waiting || hasBegun()) return;
      waiting = true;
      document.documentElement.classList.add("slow");
      whenReached(FIRST_PAUSE_MS);
    },
    true
  );

  /** What the page says until the rest is there, it says in both languages: this shows one. The rest decides anew. */
  function speak() {
    var reads = navigator.languages || [];
    try {
      reads = [localStorage.getItem("lanvas.words")].concat(reads);
    } catch {
      // Nothing was chosen that could be known.
    }
    document.documentElement.lang = /^,*(?:(?!en|de)[^,]*,)*de/.test(reads.join()) ? "de" : "en";
  }
  speak();

  // A click means "now", and keeps what stands behind the # of the link.
  addEventListener("click", function (event) {
    if (event.target instanceof Element && event.target.closest("#load-again")) {
      event.preventDefault();
      location.reload();
    }
  });
})();
