import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Appointment } from "../../../src/contract/resources/customer.ts";
import { useNames } from "../parties.ts";
import { inWords, Tag, type Tone } from "../ui/Tag.tsx";
import { hoursOf, hoursThere } from "./week.ts";
import { Words } from "../ui/Words.tsx";

const tones: Readonly<Record<Appointment["status"], Tone>> = {
  scheduled: "plain",
  confirmed: "ok",
  completed: "cell",
  no_show: "retry",
  cancelled: "plain",
};

/** Where an appointment stands, in a word. */
export function StatusTag({ status }: { readonly status: Appointment["status"] }) {
  const words = { scheduled: "Not confirmed", no_show: "No-show" } as Record<string, string>;
  return <Tag tone={tones[status]}>{words[status] ?? inWords(status)}</Tag>;
}

/** When it is: here, and there where clocks differ. */
export function Hours({ appointment }: { readonly appointment: Appointment }) {
  const there = hoursThere(appointment);
  return (
    <>
      <span
        className={`block font-[600] tabular-nums ${appointment.status === "cancelled" ? "line-through" : ""}`}
      >
        {hoursOf(appointment)}
      </span>
      {there !== undefined && (
        <span className="block text-12 text-ink-2 tabular-nums" title={appointment.time_zone}>
          On site {there}
        </span>
      )}
    </>
  );
}

interface MeetingProps {
  readonly appointment: Appointment;
  readonly who: string;
  readonly children: ReactNode;
}

/** An appointment in its day. */
export function Meeting({ appointment, who, children }: MeetingProps) {
  const { user } = useNames();
  const { status, customer_id, type, location, assignee_id, outcome, cancel_reason } = appointment;
  const isOff = status === "cancelled";
  return (
    <li
      className={`rounded-panel border border-line px-3 py-2.5 ${isOff ? "text-ink-3" : "bg-surface"}`}
    >
      <div className="flex items-start justify-between gap-1">
        <div className="min-w-0">
          <Hours appointment={appointment} />
        </div>
        {children}
      </div>
      <Link
        to="/customers/$id"
        params={{ id: customer_id }}
        dir="auto"
        title={who}
        className="line-clamp-3 text-left font-[560] break-words text-cell hover:underline pointer-coarse:py-2.5"
      >
        {who}
      </Link>
      <p className="line-clamp-4 break-words text-ink-2" title={location ?? undefined}>
        <Words of={[inWords(type), location]} />
      </p>
      {assignee_id !== null && user.has(assignee_id) && (
        <p className="truncate text-12 text-ink-2">
          <bdi>{user.get(assignee_id)}</bdi> goes
        </p>
      )}
      <p className="mt-1.5 flex flex-wrap items-center gap-1.5">
        <StatusTag status={status} />
        {outcome !== null && <span className="text-12 text-ink-2">{inWords(outcome)}</span>}
      </p>
      {isOff && cancel_reason !== null && (
        <p className="mt-1 text-12 break-words" dir="auto">
          {cancel_reason}
        </p>
      )}
    </li>
  );
}
