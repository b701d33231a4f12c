// How an answer is judged, in words: sure, not sure, nothing found, or not read at all.

import { language, say, sayProblem } from "./language.js";

/** Return a share in percent, rounded down so that it never seems to reach a threshold that it does not. */
export function percent(share, digits = 2) {
  const scale = 10 ** (digits + 2);
  const number = Math.floor(share * scale + 1e-6) / 10 ** digits;
  return language() === "zh" ? `${number}%` : `${number}\u00a0%`;
}

/** Return the key of the verdict on an entry's answer: "sure", "unsure", "nothing" or "failed"; null while it is read. */
export function verdict(entry) {
  if (entry.state === "failed") return "failed";
  if (entry.state !== "read") return null;
  if (!entry.answer.text) return "nothing";
  return entry.answer.trusted ? "sure" : "unsure";
}

/** Return the sentences that say why the verdict is what it is. */
export function reasons(entry) {
  const answer = entry.answer;
  if (!answer.text) return [say("why.nothing")];
  const confidence = percent(answer.confidence);
  const said = [];
  if (answer.trusted) said.push(say("why.sure", confidence, percent(answer.threshold)));
  else if (answer.confidence >= answer.threshold) said.push(say("why.outside", confidence));
  else said.push(say("why.unsure", confidence, percent(answer.threshold)));
  if (answer.problem) said.push(say("why.no-value", sayProblem(answer.problem)));
  return said;
}

/** Return the decimal number near a value that is a fraction, or null for one that is whole. */
export function decimal(value) {
  const [above, below] = value.split("/").map(Number);
  if (below === undefined || !Number.isFinite(above / below)) return null;
  return String(Number((above / below).toPrecision(10)));
}

/** Return a time in milliseconds as people read it. */
export function duration(milliseconds) {
  return milliseconds < 995 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
