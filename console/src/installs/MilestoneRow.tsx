import { useState } from "react";
import { nowDate } from "../clock.ts";
import type { MilestoneView } from "../../../src/contract/resources/view.ts";
import { api } from "../api.ts";
import { dayKey } from "../appointments/week.ts";
import { CommandForm } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { useWhyNot } from "../rights.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { counted } from "../ui/figures.ts";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { inWords, Tag, type Tone } from "../ui/Tag.tsx";
import { dayOf } from "../ui/Time.tsx";
import { daysLate, isDone } from "./read.ts";
import type { SetStatus } from "./useMilestone.tsx";
import { Words } from "../ui/Words.tsx";
import { LongText } from "../ui/LongText.tsx";

interface RowProps {
  readonly milestone: MilestoneView;
  readonly setStatus: SetStatus;
}

type Form = "backdate" | "block" | "change";

/** A milestone: a tick when it is done, and what else can be said of it. */
export function MilestoneRow({ milestone, setStatus }: RowProps) {
  const because = useWhyNot("updateMilestone");
  const [form, setForm] = useState<Form>();
  const { title, status, task_group, assignee, blocked_reason } = milestone;
  const done = isDone(milestone);
  return (
    <li className="flex min-h-11 items-start border-b border-line pr-2 pl-2 last:border-b-0 hover:bg-sunken sm:pl-3">
      <label className="flex size-11 shrink-0 cursor-pointer items-center justify-center">
        <input
          type="checkbox"
          aria-label={`Done: ${title}`}
          title={because}
          checked={status === "completed"}
          disabled={because !== undefined || status === "canceled"}
          onChange={({ target }) =>
            setStatus(milestone, target.checked ? "completed" : "in_progress")
          }
          className="size-[18px] accent-cell"
        />
      </label>
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 py-2.5 pl-1">
        <div className="min-w-0 flex-[1_1_220px]">
          <p className={`text-left font-[560] break-words ${done ? "text-ink-2" : ""}`} dir="auto">
            {title}
          </p>
          <p className="text-12 break-words text-ink-2">
            <Words of={[inWords(task_group), assignee]} />
          </p>
          {status === "blocked" && (
            <LongText
              text={blocked_reason ?? "Blocked, no reason given"}
              className="text-left text-12 text-retry"
            />
          )}
        </div>
        <div className="flex items-center gap-3">
          <Due milestone={milestone} />
          <StatusTag status={status} />
        </div>
      </div>
      <Menu label={`What to do with ${title}`} roomy>
        {done ? (
          <MenuItem because={because} onSelect={() => setStatus(milestone, "in_progress")}>
            Not done after all
          </MenuItem>
        ) : (
          <OpenItems milestone={milestone} setStatus={setStatus} setForm={setForm} />
        )}
        <MenuLine />
        <MenuItem because={because} onSelect={() => setForm("change")}>
          Change…
        </MenuItem>
      </Menu>
      <Dialog
        title={form ? `${titles[form]}: ${title}` : ""}
        open={form !== undefined}
        onClose={() => setForm(undefined)}
      >
        {form && <RowForm form={form} milestone={milestone} onDone={() => setForm(undefined)} />}
      </Dialog>
    </li>
  );
}

interface OpenItemsProps extends RowProps {
  readonly setForm: (form: Form) => void;
}

function OpenItems({ milestone, setStatus, setForm }: OpenItemsProps) {
  const because = useWhyNot("updateMilestone");
  const { status } = milestone;
  return (
    <>
      <MenuItem because={because} onSelect={() => setStatus(milestone, "completed")}>
        Done today
      </MenuItem>
      <MenuItem because={because} onSelect={() => setForm("backdate")}>
        Done on another day…
      </MenuItem>
      <MenuLine />
      {(["in_progress", "submitted"] as const)
        .filter((next) => next !== status)
        .map((next) => (
          <MenuItem key={next} because={because} onSelect={() => setStatus(milestone, next)}>
            {inWords(next)}
          </MenuItem>
        ))}
      <MenuItem because={because} onSelect={() => setForm("block")}>
        {status === "blocked" ? "Change what blocks it…" : "Blocked…"}
      </MenuItem>
    </>
  );
}

function Due({ milestone }: { readonly milestone: MilestoneView }) {
  const { due_on, completed_on } = milestone;
  const late = daysLate(milestone);
  if (completed_on !== null) {
    return <span className="text-12 text-ink-2">Done {dayOf(completed_on)}</span>;
  }
  if (due_on === null) return <span className="text-12 text-ink-3">No due date</span>;
  return late > 0 ? (
    <span className="text-12 font-[600] text-retry" title={`Due ${dayOf(due_on)}`}>
      {counted(late, "day")} late
    </span>
  ) : (
    <span className="text-12 text-ink-2">Due {dayOf(due_on)}</span>
  );
}

const tones: Readonly<Partial<Record<MilestoneView["status"], Tone>>> = {
  blocked: "retry",
  completed: "ok",
  in_progress: "cell",
  submitted: "cell",
};

function StatusTag({ status }: { readonly status: MilestoneView["status"] }) {
  return <Tag tone={tones[status] ?? "plain"}>{inWords(status)}</Tag>;
}

const titles: Readonly<Record<Form, string>> = {
  backdate: "Done on another day",
  block: "What blocks it",
  change: "Change the milestone",
};

interface FormProps {
  readonly form: Form;
  readonly milestone: MilestoneView;
  readonly onDone: () => void;
}

function RowForm({ form, milestone, onDone }: FormProps) {
  const { id, version } = milestone;
  const common = { name: "updateMilestone", title: titles[form], onDone } as const;
  const update = (body: Record<string, unknown>) =>
    api.milestones.update(given({ id, ...body }), { ifMatch: version });
  if (form === "change") {
    return (
      <CommandForm
        {...common}
        verb="Save the changes"
        only={["title", "task_group", "due_on", "started_on", "assignee", "description"]}
        before={milestone}
        run={update}
      />
    );
  }
  return form === "backdate" ? (
    <CommandForm
      {...common}
      verb="It was done then"
      only={["completed_on"]}
      start={{ completed_on: dayKey(nowDate()) }}
      run={(body) => update({ status: "completed", ...body })}
    />
  ) : (
    <CommandForm
      {...common}
      verb="It is blocked"
      only={["blocked_reason"]}
      start={{ blocked_reason: milestone.blocked_reason }}
      run={(body) => update({ status: "blocked", ...body })}
    />
  );
}
