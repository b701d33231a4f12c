// Requests to the server that this page came from, and its refusals in plain words.

import { askKey, key } from "./key.js";
import { knows, say, sayDetail } from "./language.js";

const PATIENT = 4; // times that a busy server is asked again
const LONGEST_WAIT = 30; // seconds
const LARGE = 4_000_000; // bytes; a picture of more may have been the reason why a server broke the connection

/** A request that came to nothing: `message` for people in the page's language, `detail` as the server says it in English. */
export class Refusal extends Error {
  constructor(words, { values = [], detail = "", passing = true } = {}) {
    super();
    this.words = words;
    this.values = values;
    this.detail = detail;
    this.passing = passing; // whether the same request may be answered later
  }

  get message() {
    const words = say(this.words, ...this.values);
    return this.detail ? say("error.why", words, sayDetail(this.detail)) : words;
  }
}

/**
 * Read one picture. Returns the answer, the milliseconds until it came, and those of them that the server took (null
 * where it does not tell). `busy(seconds)` is called when a busy server is to be asked again. Throws a Refusal.
 */
export async function recognize(picture, options, { signal, busy } = {}) {
  const { answer, body, milliseconds } = await post(picture, options, signal, busy);
  const timing = answer.headers.get("Server-Timing")?.match(/dur=([\d.]+)/);
  return { answer: body, milliseconds, served: timing ? Number(timing[1]) : null };
}

/** Return the address of a picture of what the reader saw. Throws a Refusal. */
export async function explain(picture, options) {
  return (await post(picture, { ...options, explain: "true" })).body.explain;
}

/** Return the names of the models, or [] where the server does not tell. */
export async function models() {
  try {
    const answer = await send("models", {});
    return answer.ok ? (await answer.json()).map((each) => each.name) : [];
  } catch {
    return [];
  }
}

async function post(picture, options, signal, busy) {
  for (let tried = 0; ; tried++) {
    const form = new FormData();
    form.append("file", picture.blob, picture.name);
    for (const [name, value] of Object.entries(options)) form.append(name, value);
    const used = key();
    const began = performance.now();
    const answer = await send("recognize", { method: "POST", body: form, signal }, picture.blob.size);
    if (answer.ok) return { answer, body: await answer.json(), milliseconds: performance.now() - began };
    const seconds = Number(answer.headers.get("Retry-After"));
    if (answer.status === 401) {
      if (!(await askKey(used))) throw new Refusal("error.key");
    } else if ([429, 503].includes(answer.status) && tried < PATIENT && seconds <= LONGEST_WAIT) {
      busy?.(Math.max(1, seconds));
      await rest(Math.max(1, seconds), signal);
    } else {
      throw await refusal(answer, picture.name);
    }
  }
}

async function send(path, request, size = 0) {
  const used = key();
  const headers = used === null ? {} : { Authorization: `Bearer ${used}` };
  try {
    return await fetch(path, { ...request, headers, credentials: "same-origin", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (size > LARGE) throw new Refusal("error.unreachable.large", { values: [(size / 1e6).toFixed(1)] });
    throw new Refusal("error.unreachable");
  }
}

/** Return the Refusal that an error's answer, problem+json (RFC 9457), tells; the page shows the picture's name already. */
async function refusal(answer, name) {
  let detail = "";
  try {
    const told = await answer.json();
    if (typeof told.detail === "string") detail = told.detail.startsWith(`${name}: `) ? told.detail.slice(name.length + 2) : told.detail;
  } catch {
    // Something between this page and the server answered.
  }
  const words = `error.${answer.status}`;
  const passing = answer.status >= 500 || [408, 429].includes(answer.status);
  return new Refusal(knows(words) ? words : "error.other", { values: [answer.status], detail, passing });
}

function rest(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
