import { useEffect, useState } from "react";

/** A text once nobody has changed it for a moment: what is typed is not asked for letter by letter. */
export function useSettled(value: string, afterMs = 300): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
