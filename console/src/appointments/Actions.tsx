import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { appointmentLifecycle } from "../../../src/contract/lifecycle.ts";
import type { Appointment } from "../../../src/contract/resources/customer.ts";
import { rules } from "../../../src/contract/rules.ts";
import { api, queries } from "../api.ts";
import { CommandForm } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { LinkDialog } from "../links/MakeLink.tsx";
import { choicesOf, useNames } from "../parties.ts";
import { useWhyNot } from "../rights.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { Refusal, type NoticeOf } from "../ui/Notice.tsx";
import { zoneNote } from "./week.ts";

type Action = keyof (typeof appointmentLifecycle)["scheduled"];

/** The rule that forbids an action as things stand. */
function ruleAgainst({ status }: Appointment, action: Action): string | undefined {
  const cell = appointmentLifecycle[status][action];
  return typeof cell === "string" ? undefined : `Needs this: ${rules[cell.refusedBy]}`;
}

interface ActionsProps {
  readonly appointment: Appointment;
  /** The customer's name. */
  readonly who: string;
  readonly tell: (notice: NoticeOf) => void;
}

type Form = "reschedule" | "change" | "complete" | "cancel";

/** What can be done with an appointment; what cannot says the rule. */
export function Actions({ appointment, who, tell }: ActionsProps) {
  const unable = useWhyNot("updateAppointment");
  const [form, setForm] = useState<Form>();
  const [hasLink, setLink] = useState(false);
  const { id, version } = appointment;
  const act = useMutation({
    mutationFn: (what: "confirm" | "miss") =>
      what === "confirm"
        ? api.appointments.confirm({ id }, { ifMatch: version })
        : api.appointments.update({ id, status: "no_show" }, { ifMatch: version }),
    onSuccess: (_, what) =>
      tell({
        kind: "done",
        text:
          what === "confirm"
            ? `${who} confirmed the appointment.`
            : `The appointment with ${who} is a no-show.`,
      }),
    onError: (error) =>
      tell({
        kind: "refused",
        text: <Refusal what={`The appointment with ${who} stays as it was.`} error={error} />,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  const because = (action: Action) => unable ?? ruleAgainst(appointment, action);
  return (
    <>
      <Menu label={`What to do with the appointment with ${who}`}>
        <MenuItem because={because("confirm")} onSelect={() => act.mutate("confirm")}>
          The customer confirmed
        </MenuItem>
        <MenuItem because={because("cancel")} onSelect={() => setLink(true)}>
          Link for the customer…
        </MenuItem>
        <MenuItem because={because("reschedule")} onSelect={() => setForm("reschedule")}>
          Reschedule…
        </MenuItem>
        <MenuItem because={because("change")} onSelect={() => setForm("change")}>
          Change…
        </MenuItem>
        <MenuLine />
        <MenuItem because={because("complete")} onSelect={() => setForm("complete")}>
          It took place…
        </MenuItem>
        <MenuItem
          because={
            because("miss") ??
            (appointment.status === "no_show" ? "It is a no-show already." : undefined)
          }
          onSelect={() => act.mutate("miss")}
        >
          No-show
        </MenuItem>
        <MenuLine />
        <MenuItem danger because={because("cancel")} onSelect={() => setForm("cancel")}>
          Cancel the appointment…
        </MenuItem>
      </Menu>
      {hasLink && (
        <LinkDialog
          person={who}
          purpose="to confirm or decline the appointment"
          make={() => api.appointmentLinks.create({ id })}
          onClose={() => setLink(false)}
        />
      )}
      <Dialog
        title={
          form
            ? `${titles[form]}: ${who}${form === "reschedule" ? zoneNote(appointment.time_zone) : ""}`
            : ""
        }
        open={form !== undefined}
        onClose={() => setForm(undefined)}
      >
        {form && (
          <ActionForm form={form} appointment={appointment} onDone={() => setForm(undefined)} />
        )}
      </Dialog>
    </>
  );
}

const titles: Readonly<Record<Form, string>> = {
  reschedule: "Reschedule",
  change: "Change the appointment",
  complete: "It took place",
  cancel: "Cancel the appointment",
};

const schedule = ["starts_at", "ends_at", "time_zone"] as const;
const details = ["type", "assignee_id", "location", "notes", "internal_notes"] as const;

interface FormProps {
  readonly form: Form;
  readonly appointment: Appointment;
  readonly onDone: () => void;
}

function ActionForm({ form, appointment, onDone }: FormProps) {
  const { users, appointmentTypes } = useNames();
  const { id, version } = appointment;
  const options = { ifMatch: version };
  if (form === "cancel") {
    return (
      <CommandForm
        name="cancelAppointment"
        title={titles.cancel}
        verb="Cancel the appointment"
        start={{ asked_by: "customer" }}
        names={{
          asked_by: [
            ["customer", "The customer"],
            ["sales_org", "We did"],
          ],
        }}
        run={(body) => api.appointments.cancel(given({ id, ...body }), options)}
        onDone={onDone}
      />
    );
  }
  if (form === "complete") {
    return (
      <CommandForm
        name="updateAppointment"
        title={titles.complete}
        verb="Record it"
        only={["status", "outcome"]}
        start={{ status: "completed", outcome: appointment.outcome }}
        run={(body) => api.appointments.update(given({ id, ...body }), options)}
        onDone={onDone}
      />
    );
  }
  return (
    <CommandForm
      name="updateAppointment"
      title={titles[form]}
      verb={form === "reschedule" ? "Reschedule" : "Save the changes"}
      only={form === "reschedule" ? schedule : details}
      before={appointment}
      names={choicesOf({ assignee_id: users, type: appointmentTypes })}
      run={(body) => api.appointments.update(given({ id, ...body }), options)}
      onDone={onDone}
    />
  );
}
