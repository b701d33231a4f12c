// Ways into the page: files that are dropped, chosen or photographed, and what is pasted.

import { say } from "./language.js";

/** A picture as it came: its name and its bytes (a Blob). */
export class Picture {
  constructor(name, blob) {
    this.name = name;
    this.blob = blob;
  }
}

const DATA_URL = /^data:image\/[-+.\w]+(;[-\w=]+)*,/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const SHORTEST = 40; // characters; no picture's base64 has fewer, and a word that was pasted by mistake has

let pasted = 0;
let photographed = 0;

/** Give `take` a list of pictures, and `refuse` a sentence, whenever something comes into the page. */
export function startIntake(take, refuse) {
  const files = document.getElementById("files");
  const camera = document.getElementById("camera");
  document.getElementById("choose").addEventListener("click", () => files.click());
  const photograph = document.getElementById("photograph");
  photograph.hidden = !navigator.maxTouchPoints; // elsewhere it would open the same dialog as the other button
  photograph.addEventListener("click", () => camera.click());
  files.addEventListener("change", () => {
    take([...files.files].map((file) => new Picture(file.name, file)));
    files.value = ""; // so that the same file can be chosen again
  });
  camera.addEventListener("change", () => {
    take([...camera.files].map((file) => new Picture(say("name.photo", ++photographed), file)));
    camera.value = "";
  });
  startDrop(take, refuse);
  document.addEventListener("paste", (event) => {
    if (event.target.matches?.("input, textarea") && !event.clipboardData.files.length) return;
    event.preventDefault();
    receive([...event.clipboardData.files], event.clipboardData.getData("text/plain"), take, refuse);
  });
}

function startDrop(take, refuse) {
  const area = document.getElementById("intake");
  let inside = 0; // elements of the page that the pointer has entered and not left
  const show = () => area.classList.toggle("over", inside > 0);
  document.addEventListener("dragenter", () => (inside++, show()));
  document.addEventListener("dragleave", () => (inside--, show()));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    inside = 0;
    show();
    const text = event.dataTransfer.getData("text/uri-list") || event.dataTransfer.getData("text/plain");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return receive([...event.dataTransfer.files], text, take, refuse);
    const found = [];
    for (const entry of entries) await walk(entry, found);
    return receive(found, "", take, refuse);
  });
}

/** Take the files, or the picture that a text holds. */
function receive(files, text, take, refuse) {
  if (files.length) return take(files.map((file) => new Picture(nameOf(file), file)));
  const blob = decode(text);
  if (blob) return take([new Picture(say("name.pasted", ++pasted), blob)]);
  return refuse(say(/^https?:/i.test(text.trim()) ? "error.address" : "error.no-picture"));
}

/** Return the file's name; browsers call every screenshot from the clipboard image.png. */
function nameOf(file) {
  return !file.name || file.name === "image.png" ? say("name.pasted", ++pasted) : file.name;
}

/** Return the picture that is written as a data URL or as base64, or null. */
export function decode(text) {
  const compact = text.replace(/\s+/g, "");
  const head = text.trim().match(DATA_URL)?.[0];
  try {
    if (head && !/;base64,$/i.test(head)) return new Blob([decodeURIComponent(text.trim().slice(head.length))], { type: typeOf(head) });
    const data = head ? compact.slice(head.length) : compact;
    if (data.length < SHORTEST || !BASE64.test(data)) return null;
    const bytes = Uint8Array.from(atob(data.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
    return new Blob([bytes], { type: head ? typeOf(head) : "" });
  } catch {
    return null;
  }
}

function typeOf(head) {
  return head.slice("data:".length).split(/[;,]/)[0];
}

/** Put the files in a dropped folder, and in those in it, into `found`. */
async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    if (!file.name.startsWith(".")) found.push(file);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))) await walk(each, found);
  }
}
