import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { EndpointHour } from "../../../src/contract/resources/view.ts";
import { spanOf } from "../ui/Time.tsx";
import { delayOf } from "./gaps.ts";

const height = 220;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** How long deliveries took through the day: from the event to its arrival, the median of each half hour, on a log scale. */
export function LagChart({ parts }: { readonly parts: readonly EndpointHour[] }) {
  const told = parts.flatMap((part) => delayOf(part) ?? []);
  if (told.length === 0) {
    return (
      <p className="text-ink-2">No delivery in the last 24 hours, so there is no delay to show.</p>
    );
  }
  const says = `Delay of deliveries: between ${spanOf(Math.min(...told))} and ${spanOf(Math.max(...told))}, last ${spanOf(told.at(-1) ?? 0)}`;
  return <Chart parts={parts} says={says} />;
}

function Chart({
  parts,
  says,
}: {
  readonly parts: readonly EndpointHour[];
  readonly says: string;
}) {
  const pointed = useRef<HTMLSpanElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data: uPlot.AlignedData = [
    parts.map(({ from }) => Date.parse(from) / 1_000),
    // A log scale has no zero.
    parts.map((part) => {
      const delay = delayOf(part);
      return delay === null ? null : Math.max(1, delay);
    }),
  ];
  const latest = useRef(data);
  latest.current = data;
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const tell = (words: string) => {
      if (pointed.current) pointed.current.textContent = words;
    };
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsFor(box, tell), latest.current, box);
    };
    draw();
    const sizes = new ResizeObserver(() =>
      chart.current?.setSize({ width: box.clientWidth, height }),
    );
    sizes.observe(box);
    // Colours of a canvas are fixed when it is drawn.
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.setData(latest.current), [parts]);
  return (
    <figure className="grid gap-1">
      <figcaption className="flex items-center gap-2 text-12 text-ink-2">
        <span aria-hidden className="h-0.5 w-4 bg-ink" /> Half of deliveries arrived within
        <span ref={pointed} aria-hidden className="ml-auto tabular-nums" />
      </figcaption>
      <div ref={place} role="img" aria-label={says} />
    </figure>
  );
}

/** Whole powers of ten only: the lines between them crowd. */
const powersOnly = (_: uPlot, delays: number[]): (number | null)[] =>
  delays.map((ms) => (Number.isInteger(Math.log10(ms)) ? ms : null));

/** A power of ten in milliseconds as the axis says it. */
const powerWords = (ms: number): string =>
  ms < 1_000 ? `${ms} ms` : ms < 1_000_000 ? `${ms / 1_000} s` : spanOf(ms);

function optionsFor(box: HTMLElement, tell: (words: string) => void): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--ink-2"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  return {
    width: box.clientWidth,
    height,
    legend: { show: false },
    hooks: {
      setCursor: [
        ({ cursor: { idx }, data: [times, delays] }) => {
          const at = idx === null || idx === undefined ? undefined : times[idx];
          const delay = idx === null || idx === undefined ? undefined : delays?.[idx];
          if (at === undefined) return tell("");
          const took = typeof delay === "number" ? spanOf(delay) : "no delivery";
          tell(`From ${clock.format(at * 1_000)}: ${took}`);
        },
      ],
    },
    cursor: { y: false, points: { size: 7 } },
    padding: [12, 8, 0, 0],
    scales: {
      x: { time: true },
      y: {
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- its enum is for types only; 3 is logarithmic
        distr: 3,
        range: (_, least, most) => [
          10 ** Math.floor(Math.log10(Math.max(1, least ?? 1))),
          10 ** Math.ceil(Math.log10(Math.max(10, (most ?? 10) * 1.01))),
        ],
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 90,
        values: (_, at) => at.map((second) => clock.format(second * 1_000)),
      },
      {
        ...axis,
        size: 62,
        grid: { ...axis.grid, filter: powersOnly },
        values: (_, delays) => delays.map((ms) => (ms === null ? "" : powerWords(ms))),
        filter: powersOnly,
      },
    ],
    series: [
      {},
      {
        label: "Median",
        stroke: colour("--ink"),
        width: 1.6,
        fill: colour("--sunken"),
        spanGaps: false,
        points: { show: true, size: 5, fill: colour("--ink"), stroke: colour("--ink") },
      },
    ],
  };
}
