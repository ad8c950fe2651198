"use strict";
(() => {
  const { pictures, words } = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const [search, viewer, picture, recipe] = ["search", "viewer", "picture", "recipe"].map(byId);
  const cards = [...document.querySelectorAll(".card")];

  // Letters that no decomposition takes apart.
  const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i" };
  const fold = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ßøłđðþæœı]/g, (letter) => LETTERS[letter]);
  const split = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  // Scripts without spaces between words: there a word is looked for anywhere.
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
  // A space before every word, so that one search finds the beginnings.
  const folded = pictures.map((one) => {
    const told = [one.title, one.prompt, ...one.recipe.map(([, value]) => value)];
    return " " + split(told.join(" ")).join(" ");
  });

  let shown = pictures.map((_, index) => index);
  let current = -1;

  const filter = () => {
    const asked = split(search.value);
    const found = (text) => asked.every((word) => text.includes(UNSPACED.test(word) ? word : " " + word));
    shown = [];
    folded.forEach((text, index) => {
      const hit = found(text);
      cards[index].parentElement.hidden = !hit;
      if (hit) shown.push(index);
    });
    byId("nothing").hidden = shown.length > 0;
    const count = shown.length.toLocaleString(document.documentElement.lang);
    byId("count").textContent = (asked.length ? words.found : words.all).replace("{count}", count);
  };

  // As large as fits, but small pictures at most three times their own size or so: beyond, only the blur grows.
  const fit = () => {
    const { naturalWidth: width, naturalHeight: height } = picture;
    if (!width) return;
    picture.style.setProperty("--ratio", width / height);
    picture.style.setProperty("--limit", Math.max(640, 3 * width) + "px");
  };

  const show = (index) => {
    current = index;
    const one = pictures[index];
    const source = cards[index].querySelector("img");
    picture.src = source.src;
    picture.alt = source.alt;
    byId("name").textContent = one.title;
    byId("name").hidden = !one.title;
    byId("prompt").textContent = one.prompt || words.no_prompt;
    recipe.replaceChildren();
    for (const [label, value] of one.recipe) {
      const term = document.createElement("dt");
      const fact = document.createElement("dd");
      term.textContent = label;
      fact.textContent = value;
      recipe.append(term, fact);
    }
    recipe.hidden = one.recipe.length === 0;
    const place = shown.indexOf(index);
    byId("place").textContent = place < 0 ? "" : `${place + 1} / ${shown.length}`;
    byId("previous").disabled = place <= 0;
    byId("next").disabled = place < 0 || place === shown.length - 1;
    if (!viewer.open) {
      viewer.showModal();
      byId("close").focus();
    } else if (document.activeElement === document.body || document.activeElement.disabled) {
      byId("close").focus();
    }
    remember();
  };

  const turn = (step) => {
    const place = shown.indexOf(current) + step;
    if (place >= 0 && place < shown.length) show(shown[place]);
  };

  // The address tells what is looked at, so that it can be kept as a bookmark.
  const remember = () => {
    const parts = [];
    if (search.value.trim()) parts.push("search=" + encodeURIComponent(search.value.trim()));
    if (viewer.open) parts.push("picture=" + (current + 1));
    history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  };

  const follow = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (asked.has("search")) search.value = asked.get("search");
    filter();
    const index = Number(asked.get("picture")) - 1;
    if (Number.isInteger(index) && pictures[index]) show(index);
    else if (viewer.open) viewer.close();
  };

  picture.addEventListener("load", fit);
  search.addEventListener("input", () => {
    filter();
    remember();
  });
  cards.forEach((card, index) =>
    card.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(index);
    }),
  );
  byId("previous").addEventListener("click", () => turn(-1));
  byId("next").addEventListener("click", () => turn(1));
  byId("close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("close", () => {
    remember();
    cards[current]?.focus();
  });
  // Escape and the keeping of the focus inside come with the dialog itself.
  viewer.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (Number.isFinite(step)) turn(step);
    else show(shown[step < 0 ? 0 : shown.length - 1]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !viewer.open && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
  let start = null;
  const stage = byId("stage");
  stage.addEventListener("pointerdown", (event) => {
    start = event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
  });
  stage.addEventListener("pointerup", (event) => {
    if (!start || !event.isPrimary) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    start = null;
    if (Math.abs(x) > 48 && Math.abs(x) > 2 * Math.abs(y)) turn(x < 0 ? 1 : -1);
  });
  addEventListener("hashchange", follow);
  follow();
})();
