import { Link } from "@tanstack/react-router";
import type { AppointmentView } from "../../../src/contract/resources/view.ts";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag, type Tone } from "../ui/Tag.tsx";
import { Time, useNow } from "../ui/Time.tsx";
import { Words } from "../ui/Words.tsx";

const tones: Partial<Record<AppointmentView["status"], Tone>> = {
  confirmed: "ok",
  completed: "ok",
  no_show: "fail",
};

/** Whom somebody meets today; the one that is under way is lit. */
export function TodaysAppointments({
  appointments,
}: {
  readonly appointments: readonly AppointmentView[];
}) {
  const now = new Date(useNow(30_000)).toISOString();
  return (
    <Panel
      title="Today’s appointments"
      aside={
        <Link to="/appointments" className="text-cell hover:underline">
          The week
        </Link>
      }
    >
      {appointments.length === 0 && <p className="px-5 py-4 text-ink-2">None today.</p>}
      <ul>
        {appointments.map(({ id, customer_id, customer, type, status, starts_at, ends_at }) => (
          <li key={id} className="border-b border-line last:border-0">
            <Link
              to="/customers/$id"
              params={{ id: customer_id }}
              className="grid grid-cols-[44px_minmax(0,1fr)_auto] items-baseline gap-x-2 px-5 py-2 hover:bg-sunken"
            >
              <Time at={starts_at} as="clock" />
              <span className="min-w-0">
                <span className="block truncate text-left font-[560]" dir="auto">
                  {customer.first_name} {customer.last_name}
                </span>
                <span className="block truncate text-12 text-ink-3">
                  <Words of={[inWords(type), customer.city]} />
                </span>
              </span>
              {starts_at <= now && now < ends_at ? (
                <Tag tone="sun">Now</Tag>
              ) : (
                <Tag tone={tones[status] ?? "plain"}>{inWords(status)}</Tag>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
