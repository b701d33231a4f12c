// Answers as a CSV file, which spreadsheets open.

const COLUMNS = ["file", "text", "value", "confidence", "trusted", "threshold", "kind", "model", "problem", "width", "height"];

/** Return the entries that have been read, or could not be, as CSV (RFC 4180), a line each under one of names. */
export function toCsv(entries) {
  const lines = [COLUMNS];
  for (const { picture, answer, refusal } of entries) {
    const told = answer ?? { problem: refusal?.detail || refusal?.message || "" };
    lines.push(COLUMNS.map((column) => (column === "file" ? harmless(picture.name) : told[column])));
  }
  return lines.map((line) => line.map(quoted).join(",") + "\r\n").join("");
}

/** Have the browser save a CSV; the mark at its start tells spreadsheets that it is UTF-8. */
export function saveCsv(csv, name) {
  const url = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function quoted(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A file's name that a spreadsheet would compute is kept from it; files come from strangers. */
function harmless(name) {
  return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}
