// Brings the page up to date while the desk works; everything else works without it.
"use strict";

const PAUSE = 800; // milliseconds

async function look() {
  const now = document.querySelector("[data-live]");
  if (!now || now.dataset.live !== "busy") return;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-live]");
      if (fresh && fresh.innerHTML !== now.innerHTML) now.replaceWith(document.adoptNode(fresh));
      const styles = page.querySelector('link[href^="/-/labels.css"]');
      const current = document.querySelector('link[href^="/-/labels.css"]');
      if (styles && current && styles.href !== current.href) current.href = styles.href;
    }
  } catch {
    // the server has gone: the page stays as it is, and is asked for again
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
