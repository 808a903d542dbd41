import { ViewportPortal } from "@xyflow/react";
import { useContext, useEffect, useRef } from "react";
import { branchPathId } from "./BranchEdge.tsx";
import { pulseMs, TrafficContext } from "./traffic.ts";

/**
 * The pulses on the map: an event on its way, which travels its branch once. Each is an element that only its transform
 * moves, so that the browser's compositor does it: nothing is laid out or painted anew, and React has no part in it.
 */
export function Pulses() {
  const traffic = useContext(TrafficContext);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const ways = new Map<string, Keyframe[]>();
    return traffic.onPulse((branch) => {
      const line = document.getElementById(branchPathId(branch));
      if (!(line instanceof SVGPathElement) || !place.current) return;
      const path = line.getAttribute("d") ?? "";
      const way = ways.get(path) ?? wayAlong(line);
      ways.set(path, way);
      const pulse = document.createElement("div");
      pulse.className = "map-pulse";
      place.current.append(pulse);
      const easing = "cubic-bezier(0.4, 0, 0.6, 1)";
      const travel = pulse.animate(way, { duration: pulseMs, easing, fill: "both" });
      travel.addEventListener("finish", () => pulse.remove());
    });
  }, [traffic]);
  return (
    <ViewportPortal>
      <div ref={place} aria-hidden />
    </ViewportPortal>
  );
}

/** As many steps look like the curve. */
const steps = 24;

/** Places along a line, evenly. */
function wayAlong(line: SVGPathElement): Keyframe[] {
  const length = line.getTotalLength();
  return Array.from({ length: steps + 1 }, (_, step) => {
    const { x, y } = line.getPointAtLength((length * step) / steps);
    return { transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)` };
  });
}
