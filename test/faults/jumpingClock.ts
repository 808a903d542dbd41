/**
 * Loaded before a service (`node --import`): at each SIGUSR2 its wall clock jumps by hours, forth or back. Timers and
 * `performance.now()` go on as they do when somebody sets the clock of a machine.
 */
const hourMs = 3_600_000;
/** How far the clock is off after the first jump, the second, and so on, in hours. */
const offsets = [5, -7, 11, -0.5, 3, -11, 0];

const readRealClock = Date.now.bind(Date);
let jumps = 0;
let offsetMs = 0;
process.on("SIGUSR2", () => {
  offsetMs = (offsets[jumps % offsets.length] ?? 0) * hourMs;
  jumps += 1;
});

Date.now = () => readRealClock() + offsetMs;
globalThis.Date = new Proxy(Date, {
  construct: (target, given: [], maker) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, maker) as object,
  apply: (target) => new target(target.now()).toString(),
});
