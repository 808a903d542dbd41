import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { controlClass } from "./Field.tsx";

interface SearchBoxProps {
  /** What is found by it. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (words: string | undefined) => void;
}

/** Asks once typing rests, in milliseconds. */
const restMs = 250;

/** Words to look for. */
export function SearchBox({ label, placeholder, value, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value ?? "");
  const told = useRef(value);
  useEffect(() => {
    // Changed from elsewhere, as by dropping a filter: what is being typed is not overwritten by its own echo.
    if (value === told.current) return;
    told.current = value;
    setTyped(value ?? "");
  }, [value]);
  useEffect(() => {
    const words = typed.trim() || undefined;
    if (words === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = words;
      onChange(words);
    }, restMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what is typed asks
  }, [typed]);
  return (
    <span className="relative w-full sm:w-64">
      <Search size={13} aria-hidden className="absolute top-2.5 left-2.5 text-ink-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        dir="auto"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        className={`${controlClass} pl-7`}
      />
    </span>
  );
}
