import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Appointment, Customer } from "../../../src/contract/resources/customer.ts";
import { api } from "../api.ts";
import { Actions } from "../appointments/Actions.tsx";
import { Hours, StatusTag } from "../appointments/Meeting.tsx";
import { dayKey, ownZone, zoneNote } from "../appointments/week.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { choicesOf, useNames } from "../parties.ts";
import { useWhyNot } from "../rights.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import type { NoticeOf } from "../ui/Notice.tsx";
import { Panel } from "../ui/Panel.tsx";
import { inWords } from "../ui/Tag.tsx";
import { dayOf } from "../ui/Time.tsx";
import { appointmentsOfQuery, dealsOfQuery, fullName } from "./read.ts";
import { Words } from "../ui/Words.tsx";

/** Makes an appointment; it is spoken of in the customer's zone, and typed in the viewer's. */
export function NewAppointment({ customer, small }: { customer: Customer; small?: boolean }) {
  const { users, appointmentTypes } = useNames();
  const because = useWhyNot("createAppointment");
  const deals = useQuery(dealsOfQuery(customer.id));
  const zone = customer.time_zone ?? ownZone();
  return (
    <CommandButton
      name="createAppointment"
      title={`New appointment${zoneNote(zone)}`}
      verb="Make the appointment"
      label="New appointment"
      {...(small && { small, look: "quiet" as const })}
      because={because}
      start={{
        time_zone: zone,
        assignee_id: customer.rep_id,
      }}
      names={choicesOf({
        assignee_id: users,
        type: appointmentTypes,
        survey_id: (deals.data ?? []).map(
          ({ id, title, type }) => [id, title ?? inWords(type)] as const,
        ),
      })}
      run={(body) => api.appointments.create(given({ id: customer.id, ...body }))}
    />
  );
}

interface MeetingsProps {
  readonly customer: Customer;
  readonly tell: (notice: NoticeOf) => void;
}

/** A customer's appointments, the latest first. */
export function Meetings({ customer, tell }: MeetingsProps) {
  const read = useQuery(appointmentsOfQuery(customer.id));
  return (
    <Panel title="Appointments" aside={<NewAppointment customer={customer} small />}>
      {read.isPending && <Skeleton rows={2} />}
      {read.isError && (
        <div className="p-4">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data?.length === 0 && <p className="px-5 py-4 text-ink-2">No appointment yet.</p>}
      <ul>
        {read.data
          ?.toSorted((one, other) => other.starts_at.localeCompare(one.starts_at))
          .map((appointment) => (
            <li
              key={appointment.id}
              className="flex items-start gap-3 border-b border-line py-2.5 pr-3 pl-5 last:border-b-0"
            >
              <Day appointment={appointment} />
              <div className="min-w-0 flex-1">
                <Hours appointment={appointment} />
                <p
                  className="line-clamp-4 break-words text-ink-2"
                  title={appointment.location ?? undefined}
                >
                  <Words of={[inWords(appointment.type), appointment.location]} />
                </p>
                {appointment.cancel_reason !== null && (
                  <p className="text-12 break-words text-ink-3" dir="auto">
                    {appointment.cancel_reason}
                  </p>
                )}
              </div>
              <StatusTag status={appointment.status} />
              <Actions appointment={appointment} who={fullName(customer)} tell={tell} />
            </li>
          ))}
      </ul>
    </Panel>
  );
}

function Day({ appointment }: { readonly appointment: Appointment }) {
  const day = dayKey(new Date(appointment.starts_at));
  return (
    <Link
      to="/appointments"
      search={{ week: day }}
      title="Show the week"
      className="w-20 shrink-0 text-cell hover:underline"
    >
      {dayOf(day)}
    </Link>
  );
}
