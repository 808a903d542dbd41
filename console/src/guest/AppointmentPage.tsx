import { useState } from "react";
import type { GuestPage } from "../../../src/contract/resources/link.ts";
import { Decline } from "./Decline.tsx";
import { BigButton, Card, Done, Trouble } from "./Frame.tsx";
import type { OpenPage } from "./useGuestPage.ts";

interface AppointmentPageProps {
  readonly open: OpenPage;
  readonly page: GuestPage;
}

/** When and where it is, and whether the customer will be there. */
export function AppointmentPage({ open, page }: AppointmentPageProps) {
  const { act, error, isBusy } = open;
  const { appointment, company } = page;
  const [isDeclining, setDeclining] = useState(false);
  if (!appointment) return null;
  const { status, location, with: who } = appointment;
  const isOpen = status === "scheduled" || status === "confirmed";
  return (
    <>
      <h1 className="break-words">{titles[status]}</h1>
      <Card>
        <p className={`text-22 leading-8 font-[620] ${isOpen ? "" : "line-through"}`}>
          {dayIn(appointment)}
        </p>
        <p className={isOpen ? "" : "line-through"}>{hoursIn(appointment)}</p>
        {location !== null && (
          <p className="mt-3 break-words" dir="auto">
            {location}
          </p>
        )}
        {who !== null && (
          <p className="mt-1 break-words" dir="auto">
            With {who} of {company}
          </p>
        )}
      </Card>
      <Trouble error={error} />
      {status === "confirmed" && <Done>You confirmed. See you then.</Done>}
      {status === "cancelled" && (
        <p role="status">To find another time, get in touch with {company}.</p>
      )}
      {isOpen && !isDeclining && (
        <div className="grid gap-3">
          {status === "scheduled" && (
            <BigButton
              look="strong"
              disabled={isBusy}
              onClick={() => void act((holder) => holder.confirm())}
            >
              Confirm the appointment
            </BigButton>
          )}
          <BigButton disabled={isBusy} onClick={() => setDeclining(true)}>
            I cannot make it
          </BigButton>
        </div>
      )}
      {isOpen && isDeclining && (
        <Decline
          open={open}
          action="Cancel the appointment"
          keep="Keep it"
          onKeep={() => setDeclining(false)}
        />
      )}
    </>
  );
}

const titles = {
  scheduled: "Please confirm your appointment",
  confirmed: "Your appointment is confirmed",
  completed: "Your appointment took place",
  no_show: "Your appointment is over",
  cancelled: "Your appointment is cancelled",
} as const;

type Appointment = NonNullable<GuestPage["appointment"]>;

/** The day as it is called at the site, where the customer lives. */
const dayIn = ({ starts_at, time_zone }: Appointment) =>
  new Intl.DateTimeFormat(undefined, {
    weekday: "long",
    month: "long",
    day: "numeric",
    timeZone: time_zone,
  }).format(new Date(starts_at));

const hoursIn = ({ starts_at, ends_at, time_zone }: Appointment) =>
  new Intl.DateTimeFormat(undefined, {
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone: time_zone,
  }).formatRange(new Date(starts_at), new Date(ends_at));
