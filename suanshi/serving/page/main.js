// The page: pictures come in, are sent to the server a few at a time, and are shown with what was read in them.

import { saveCsv, toCsv } from "./csv.js";
import { startIntake } from "./intake.js";
import { onLanguage, say, startLanguage } from "./language.js";
import { offerModels, options, startOptions } from "./options.js";
import { showReading } from "./reading.js";
import { explain, models, recognize, Refusal } from "./service.js";
import { row } from "./table.js";
import { verdict } from "./verdict.js";

const AT_ONCE = 4; // requests on their way; the server reads those that arrive together in one batch
const MOST = 500; // pictures on the page

/**
 * What is known of each picture: picture, url, state ("waiting", "reading", "read", "failed"), answer, refusal, and the
 * milliseconds and served that recognize tells.
 */
let entries = [];
let chosen = null;
let reading = new AbortController(); // ends the requests whose options no longer hold
let busy = 0;
let offered = false; // whether the server has told its models

const at = (id) => document.getElementById(id);

function take(pictures) {
  complain("");
  const room = MOST - entries.length;
  if (pictures.length > room) complain(say("error.too-many", MOST));
  const added = pictures.slice(0, room).map((picture) => ({ picture, url: URL.createObjectURL(picture.blob), state: "waiting" }));
  if (!added.length) return;
  entries.push(...added);
  chosen = added[0];
  at("intake").classList.add("small");
  showAll();
  work();
  bringIntoView();
}

/** Scroll to the answer where the screen is too small to show it below the controls. */
function bringIntoView() {
  const top = at("reading").getBoundingClientRect().top;
  if (top < 0 || top > innerHeight / 2) at("reading").scrollIntoView({ block: "start" });
}

/** Read everything anew: other options may give other answers. */
function readAgain() {
  reading.abort();
  reading = new AbortController();
  busy = 0;
  for (const entry of entries) entry.state = "waiting";
  showAll();
  work();
}

function work() {
  while (busy < AT_ONCE) {
    const entry = entries.find((each) => each.state === "waiting");
    if (!entry) break;
    read(entry, reading.signal);
  }
}

async function read(entry, signal) {
  busy++;
  entry.state = "reading";
  report();
  try {
    const waits = (seconds) => (at("status").textContent = say("status.busy", seconds));
    const read = await recognize(entry.picture, options(), { signal, busy: waits });
    Object.assign(entry, { ...read, refusal: null, state: "read" });
    if (!offered) offer();
  } catch (error) {
    if (signal.aborted) return;
    const refusal = error instanceof Refusal ? error : new Refusal("error.other", { values: [error.message] });
    Object.assign(entry, { answer: null, refusal, state: "failed" });
  }
  if (signal.aborted) return;
  busy--;
  update(entry);
  report();
  work();
}

/** Say in the live region how far the reading is, or what it has come to. */
function report() {
  const left = entries.filter((each) => ["waiting", "reading"].includes(each.state)).length;
  at("status").textContent = left ? say("status.reading", left) : entries.length ? result() : "";
  // The only answer stands right below; its words are for those who listen.
  at("status").classList.toggle("heard", !left && entries.length === 1);
}

function result() {
  const judged = entries.map(verdict);
  const count = (key) => judged.filter((each) => each === key).length;
  if (entries.length > 1) return say("status.all", entries.length, count("sure"), count("failed"));
  const [{ answer, refusal }] = entries;
  if (refusal) return refusal.message;
  if (!answer.text) return say("why.nothing");
  const words = say(judged[0]);
  return answer.value === null ? say("status.read", answer.text, words) : say("status.value", answer.text, answer.value, words);
}

function complain(words) {
  at("alert").textContent = words;
  at("alert").hidden = !words;
}

function showAll() {
  at("reading").hidden = chosen === null;
  at("pictures").hidden = entries.length < 2;
  at("pictures-title").textContent = say("table.title", entries.length);
  at("rows").replaceChildren(...entries.map((entry) => row(entry, entry === chosen, choose)));
  showChosen();
  report();
}

function showChosen() {
  if (chosen) showReading(at("reading"), chosen, { explain: seen, again: readOne });
}

function update(entry) {
  const old = at("rows").children[entries.indexOf(entry)];
  const focused = old?.contains(document.activeElement);
  const fresh = row(entry, entry === chosen, choose);
  old?.replaceWith(fresh);
  if (focused) fresh.querySelector("button").focus();
  if (entry === chosen) showChosen();
}

function choose(entry) {
  const before = chosen;
  chosen = entry;
  if (before) update(before);
  update(entry);
  if (at("reading").getBoundingClientRect().top < 0) bringIntoView();
}

function readOne(entry) {
  entry.state = "waiting";
  update(entry);
  work();
}

/** Offer the server's models; one that asks for a key tells them once it has it. */
async function offer() {
  const names = await models();
  if (offered || !names.length) return;
  offered = true;
  const before = options().model;
  offerModels(names);
  if (options().model !== before && entries.length) readAgain();
}

/** Return the picture of what the reader saw, asked for once an answer. */
async function seen(entry) {
  const { answer } = entry;
  answer.explain ??= await explain(entry.picture, options());
  return answer.explain;
}

function clear() {
  reading.abort();
  reading = new AbortController();
  busy = 0;
  for (const { url } of entries) URL.revokeObjectURL(url);
  entries = [];
  chosen = null;
  complain("");
  at("intake").classList.remove("small");
  showAll();
  at("status").textContent = say("status.cleared");
  at("choose").focus();
}

startLanguage();
startOptions(readAgain);
startIntake(take, complain);
onLanguage(showAll);
at("download").addEventListener("click", () => saveCsv(toCsv(entries), "suanshi.csv"));
at("clear").addEventListener("click", clear);
offer();
