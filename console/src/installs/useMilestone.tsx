import { useMutation } from "@tanstack/react-query";
import type { MilestoneView } from "../../../src/contract/resources/view.ts";
import { api, queries } from "../api.ts";
import { Refusal, type NoticeOf } from "../ui/Notice.tsx";
import { inWords } from "../ui/Tag.tsx";

type Status = MilestoneView["status"];
export type SetStatus = (milestone: MilestoneView, status: Status) => void;

/** Changes where a milestone stands: at once on the page, and back with the rule when the service refuses. */
export function useSetStatus(tell: (notice: NoticeOf) => void): SetStatus {
  const { mutate } = useMutation({
    // The day is left to the service: it is today's on the site, which need not be today's here.
    mutationFn: ({ milestone: { id, version }, status }: Change) =>
      api.milestones.update({ id, status }, { ifMatch: version }),
    async onMutate({ milestone, status }) {
      await queries.cancelQueries({ queryKey: ["flow", "milestones"] });
      write(milestone.id, { status });
    },
    onSuccess({ status, version }, { milestone }) {
      write(milestone.id, { status, version });
      tell({
        kind: "done",
        text: `“${milestone.title}” is ${inWords(status).toLowerCase()}.`,
        undo: () =>
          mutate({ milestone: { ...milestone, status, version }, status: milestone.status }),
      });
    },
    onError(error, { milestone }) {
      write(milestone.id, { status: milestone.status });
      tell({
        kind: "refused",
        text: (
          <Refusal
            what={`“${milestone.title}” stays ${inWords(milestone.status).toLowerCase()}.`}
            error={error}
          />
        ),
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["flow"] }),
  });
  return (milestone, status) => mutate({ milestone, status });
}

interface Change {
  readonly milestone: MilestoneView;
  readonly status: Status;
}

type Found = Awaited<ReturnType<typeof api.milestones.search>>;

function write(id: string, known: Partial<MilestoneView>): void {
  queries.setQueriesData<Found>(
    { queryKey: ["flow", "milestones"] },
    (found) =>
      found && {
        ...found,
        data: found.data.map((each) => (each.id === id ? { ...each, ...known } : each)),
      },
  );
}
