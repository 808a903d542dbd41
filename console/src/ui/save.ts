/** Puts a file among the browser's downloads. */
export function save(content: Blob, name: string): void {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  // The browser reads it after the click, and does not say when it has.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
