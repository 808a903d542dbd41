/** What is run in the page, as text: the benchmark is compiled without the browser's types. */

/** What was seen of a page while it was drawn. */
export interface Frames {
  readonly perSecond: number;
  /** Frames that came more than 50 ms after the one before. */
  readonly long: number;
  /** How many elements a selector found, at their median over the time. */
  readonly shown: number;
}

/** Counts what `requestAnimationFrame` is called for, and a few times a second what a selector finds. */
export const countFrames = (ms: number, selector: string): string => `new Promise((resolve) => {
  const shown = [];
  const look = setInterval(() => shown.push(document.querySelectorAll(${JSON.stringify(selector)}).length), 200);
  let began, last, frames = 0, long = 0;
  const tick = (now) => {
    began ??= now;
    if (last !== undefined) {
      frames += 1;
      if (now - last > 50) long += 1;
    }
    last = now;
    if (now - began < ${ms}) return requestAnimationFrame(tick);
    clearInterval(look);
    shown.sort((one, other) => one - other);
    resolve({ perSecond: (frames * 1000) / (now - began), long, shown: shown[shown.length >> 1] ?? 0 });
  };
  requestAnimationFrame(tick);
})`;

/** How far down a list one came. */
export interface Reached {
  /** The last row that was read and shown, from 1. */
  readonly row: number;
  readonly ms: number;
}

/** Drags the list of events to its end until that row is there, or the time is over. */
export const scrollToRow = (row: number, atMostMs: number): string => `new Promise((resolve) => {
  const began = performance.now();
  const reached = () => Math.max(0, ...[...document.querySelectorAll('[role=row][aria-rowindex]')]
    .filter((each) => each.getAttribute("aria-busy") !== "true")
    .map((each) => Number(each.getAttribute("aria-rowindex")) - 1));
  const look = () => {
    const grid = document.querySelector('[role=grid]');
    grid.scrollTop = grid.scrollHeight;
    const now = reached();
    const ms = performance.now() - began;
    if (now >= ${row} || ms > ${atMostMs}) resolve({ row: now, ms });
    else setTimeout(look, 50);
  };
  look();
})`;

/** Milliseconds since the navigation began. */
export const sinceNavigation = "performance.now()";
