// One picture and everything that was read in it.

import { figure } from "./characters.js";
import { element } from "./element.js";
import { knows, say } from "./language.js";
import { decimal, duration, reasons, verdict } from "./verdict.js";

const MARKS = { sure: "✓", unsure: "?", nothing: "–", failed: "!" };
const COPIED = 1500; // milliseconds for which a button says that it has copied
const LONG = 24; // characters of an answer that is written smaller

let explained = false; // whether the picture of what the reader saw is open, for the next entry, too

/** Show an entry in `place`. `explain(entry)` gives the address of the picture of what the reader saw, `again(entry)` reads anew. */
export function showReading(place, entry, { explain, again }) {
  place.replaceChildren(
    element("h2", { id: "reading-title", class: "name" }, entry.picture.name),
    ...(entry.state === "failed" ? [] : [figure(entry)]),
    ...(entry.state === "failed" ? failure(entry, again) : entry.answer ? answered(entry, explain) : [waiting()]),
  );
  place.setAttribute("aria-busy", String(entry.state !== "read" && entry.state !== "failed"));
}

function waiting() {
  return element("p", { class: "muted" }, say("reading.waiting"));
}

function failure(entry, again) {
  const { refusal } = entry;
  return [
    judged("failed", [refusal.message]),
    ...(refusal.passing ? [element("div", { class: "actions" }, element("button", { type: "button", onclick: () => again(entry) }, say("reading.again")))] : []),
  ];
}

function answered(entry, explain) {
  const { answer } = entry;
  const parts = [];
  if (answer.text) {
    parts.push(
      element(
        "div",
        { class: "answer" },
        told("reading.text", answer.text, null),
        answer.value === null ? null : told("reading.value", answer.value, decimal(answer.value)),
      ),
    );
  }
  parts.push(judged(verdict(entry), reasons(entry)), facts(entry));
  if (explain) parts.push(seen(entry, explain));
  return parts;
}

function told(label, text, about) {
  const shown = element("samp", { class: text.length > LONG ? "mono long" : "mono" }, text);
  const copy = element("button", { type: "button", class: "quiet", "aria-describedby": `told-${label}` }, say("reading.copy"));
  copy.addEventListener("click", () => {
    copyText(shown);
    copy.textContent = say("reading.copied");
    setTimeout(() => (copy.textContent = say("reading.copy")), COPIED);
  });
  return element(
    "div",
    { class: "told" },
    element("h3", { id: `told-${label}` }, say(label)),
    element("p", {}, shown, copy),
    about === null ? null : element("p", { class: "muted" }, say("reading.about", about)),
  );
}

/** Copy by selecting: unlike the clipboard's own interface this works over plain HTTP, too. */
function copyText(shown) {
  const selection = getSelection();
  selection.selectAllChildren(shown);
  document.execCommand("copy");
  selection.removeAllRanges();
}

function judged(key, sentences) {
  return element(
    "div",
    { class: `verdict ${key}` },
    element("p", { class: "badge" }, element("span", { "aria-hidden": "true" }, MARKS[key]), " ", say(key)),
    element("p", {}, sentences.join(" ")),
  );
}

function facts({ answer, milliseconds, served }) {
  const kind = `kind.${answer.kind}`;
  const told = [
    ["reading.kind", knows(kind) ? say(kind) : answer.kind],
    ["reading.model", answer.model],
    ["reading.size", `${answer.width} × ${answer.height}`],
    ["reading.time", served === null ? duration(milliseconds) : say("reading.times", duration(milliseconds), duration(served))],
  ];
  const row = ([key, text]) => element("div", {}, element("dt", {}, say(key)), element("dd", {}, text));
  return element("dl", {}, ...told.map(row));
}

/** The picture of what the reader saw; it is drawn by the server, when it is first opened. */
function seen(entry, explain) {
  const place = element("div", { class: "seen" });
  const details = element("details", { open: explained }, element("summary", {}, say("explain.title")), place);
  const draw = async () => {
    if (place.childElementCount) return;
    place.replaceChildren(element("p", { class: "muted", role: "status" }, say("explain.waiting")));
    try {
      const url = await explain(entry);
      place.replaceChildren(element("img", { src: url, alt: say("explain.alt", entry.picture.name) }));
    } catch (refusal) {
      place.replaceChildren(element("p", { class: "wrong", role: "alert" }, refusal.message));
    }
  };
  details.addEventListener("toggle", () => {
    explained = details.open;
    if (details.open) draw();
  });
  return details;
}
