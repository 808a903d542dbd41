import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { nowDate } from "../clock.ts";
import type { AppointmentView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { Actions } from "../appointments/Actions.tsx";
import { Meeting } from "../appointments/Meeting.tsx";
import { dayKey, daysLater, daysOf, mondayOf } from "../appointments/week.ts";
import { fullName } from "../customers/read.ts";
import { useRights } from "../parties.ts";
import { Button } from "../ui/Button.tsx";
import { counted } from "../ui/figures.ts";
import { Empty, Failure, Skeleton } from "../ui/Note.tsx";
import { Notice, useNotice, type NoticeOf } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";

const longDay = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  year: "numeric",
});
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** A week of appointments, from Monday to Sunday in the viewer's zone. */
export function Appointments() {
  const { isSalesOrg } = useRights();
  return isSalesOrg ? (
    <Week />
  ) : (
    <Page title="Appointments">
      <Empty
        title="Appointments are between the sales organization and its customers."
        action={
          <Link to="/installs" className="text-cell underline">
            Go to your installs
          </Link>
        }
      />
    </Page>
  );
}

function Week() {
  const { week } = useSearch({ from: "/signed-in/appointments" });
  const navigate = useNavigate({ from: "/appointments" });
  const { notice, tell, clear } = useNotice();
  const monday = mondayOf(week);
  const next = daysLater(monday, 7);
  const read = useQuery({
    queryKey: ["flow", "appointments", dayKey(monday)],
    queryFn: () => api.appointments.search({ from: monday.toISOString(), to: next.toISOString() }),
    placeholderData: (before) => before,
  });
  const go = (to: Date | undefined) =>
    void navigate({ search: to === undefined ? {} : { week: dayKey(to) } });
  // What is left of the week before is not shown as this one's while it is read.
  const appointments = (read.data?.data ?? []).filter(({ starts_at }) => {
    const at = new Date(starts_at);
    return at >= monday && at < next;
  });
  return (
    <Page
      title="Appointments"
      summary={
        <>
          <span className="block">
            {longDay.formatRange(monday, daysLater(monday, 6))}
            {appointments.length > 0 && `. ${summaryOf(appointments)}`}
          </span>
          {read.data?.more && "These are the first 1,000 of the week."}
        </>
      }
      actions={
        <>
          <Button
            aria-label="Week before"
            icon={<ChevronLeft size={14} aria-hidden />}
            onClick={() => go(daysLater(monday, -7))}
          />
          <Button onClick={() => go(undefined)}>This week</Button>
          <Button
            aria-label="Next week"
            icon={<ChevronRight size={14} aria-hidden />}
            onClick={() => go(next)}
          />
        </>
      }
    >
      {read.isPending && <Skeleton rows={8} />}
      {read.isError && (
        <div className="px-4 sm:px-7">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data && appointments.length === 0 && !read.isPlaceholderData && (
        <Empty
          title="No appointments in this week. One is made with its customer."
          action={
            <Link to="/customers" className="text-cell underline">
              Choose the customer
            </Link>
          }
          command="npx heliograph trigger new_appointment"
        />
      )}
      {appointments.length > 0 && <Days monday={monday} appointments={appointments} tell={tell} />}
      <Notice notice={notice} onClose={clear} />
    </Page>
  );
}

function summaryOf(appointments: readonly AppointmentView[]): string {
  const open = appointments.filter(({ status }) => status === "scheduled").length;
  const told = counted(appointments.length, "appointment");
  return open === 0 ? `${told}.` : `${told}, ${open} not confirmed.`;
}

interface DaysProps {
  readonly monday: Date;
  readonly appointments: readonly AppointmentView[];
  readonly tell: (notice: NoticeOf) => void;
}

/** Side by side where there is room, one below the other on a phone; days on the one line, today in the sun. */
function Days({ monday, appointments, tell }: DaysProps) {
  const today = dayKey(nowDate());
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-4 sm:px-7 xl:grid-cols-7 xl:gap-3">
      {daysOf(monday).map((day) => {
        const key = dayKey(day);
        const of = appointments.filter(({ starts_at }) => dayKey(new Date(starts_at)) === key);
        return (
          <section key={key} aria-labelledby={`day-${key}`} className="min-w-0">
            <header className="pb-2">
              <div aria-hidden className="hidden h-6 items-center xl:flex">
                <span className={`size-3 shrink-0 rounded-full ${dotOf(key, today)}`} />
                <span
                  className={`-mr-2 ml-1.5 h-[1.6px] flex-1 ${key < today ? "bg-ink" : "bg-line-2"}`}
                />
              </div>
              <h2 id={`day-${key}`} className="flex flex-wrap items-baseline gap-x-1.5 text-13">
                {key === today ? "Today" : weekday.format(day)}
                <span className="font-[450] text-ink-3">{date.format(day)}</span>
              </h2>
            </header>
            {of.length === 0 ? (
              <p className="text-12 text-ink-3">No appointment</p>
            ) : (
              <ul className="grid grid-cols-[minmax(0,1fr)] gap-2">
                {of.map((appointment) => (
                  <Meeting
                    key={appointment.id}
                    appointment={appointment}
                    who={fullName(appointment.customer)}
                  >
                    <Actions
                      appointment={appointment}
                      who={fullName(appointment.customer)}
                      tell={tell}
                    />
                  </Meeting>
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}

const dotOf = (day: string, today: string) =>
  day === today
    ? "bg-sun outline-2 outline-ink"
    : day < today
      ? "bg-ink"
      : "border-[1.6px] border-line-2";
