import { Mail, MapPin, Phone } from "lucide-react";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import { useNames } from "../parties.ts";
import { Id } from "../ui/Copy.tsx";
import { Facts, Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";
import { Words } from "../ui/Words.tsx";

/** Where a customer lives and how to reach them; a telephone dials. */
export function Contact({ customer }: { readonly customer: Customer }) {
  const { address, phone, email } = customer;
  const { street, city, state, zip } = address;
  const row = "flex min-w-0 items-center gap-2";
  const link = `${row} text-cell hover:underline pointer-coarse:min-h-11`;
  return (
    <span className="flex flex-wrap gap-x-5 gap-y-1">
      <span className={row}>
        <MapPin size={14} aria-hidden className="shrink-0" />
        <span className="min-w-0 break-words">
          <Words of={[street, city, `${state} ${zip}`]} />
        </span>
      </span>
      {phone !== null && (
        <a href={`tel:${phone}`} className={link}>
          <Phone size={14} aria-hidden className="shrink-0" />
          {phone}
        </a>
      )}
      {email !== null && (
        <a href={`mailto:${email}`} className={link}>
          <Mail size={14} aria-hidden className="shrink-0" />
          <span className="min-w-0 break-all">{email}</span>
        </a>
      )}
    </span>
  );
}

const languages = new Intl.DisplayNames(undefined, { type: "language" });

/** What else is known of a customer. */
export function About({ customer }: { readonly customer: Customer }) {
  const { user, organizations } = useNames();
  const { annual_usage_kwh, external_ids } = customer;
  const person = (id: string | null) => (id === null ? null : (user.get(id) ?? <Id id={id} />));
  return (
    <Panel title="About">
      <Facts
        facts={[
          ["Number", customer.number],
          ["Id", <Id key="id" id={customer.id} />],
          ["Sold by", organizations.get(customer.sales_org_id) ?? null],
          ["Representative", person(customer.rep_id)],
          ["First appointment set by", person(customer.setter_id)],
          ["Lead from", customer.lead_source ?? null],
          ["Language", customer.language === null ? null : languages.of(customer.language)],
          ["Time zone", customer.time_zone],
          [
            "Yearly use",
            annual_usage_kwh === null ? null : `${annual_usage_kwh.toLocaleString("en-US")} kWh`,
          ],
          ["Utility", customer.utility],
          ...Object.entries(external_ids).map(
            ([system, id]) => [`Id in ${system}`, <Id key={system} id={id} />] as const,
          ),
          ["Added", <Time key="added" at={customer.created_at} as="full" />],
        ]}
      />
    </Panel>
  );
}
