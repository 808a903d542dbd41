import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Note.tsx";
import { readAgain } from "./read.ts";

interface CountedProps<Plan> {
  /** What the button that opens it says. */
  readonly label: string;
  readonly title: string;
  /** Counts what would happen, and changes nothing. */
  readonly count: () => Promise<Plan>;
  /** The count in words. */
  readonly says: (plan: Plan) => ReactNode;
  /** What the button that does it says; null when there is nothing to do. */
  readonly verb: (plan: Plan) => string | null;
  readonly run: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly look?: "plain" | "strong" | "quiet" | "danger";
  readonly small?: boolean;
  readonly because?: string | undefined;
}

/** A button that first counts what it would do, says it, and does it when that is confirmed. */
export function CountedButton<Plan>(props: CountedProps<Plan>) {
  const [isOpen, setOpen] = useState(false);
  const { label, title, look = "plain", small = false, because } = props;
  return (
    <>
      <Button look={look} small={small} because={because} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog title={title} open={isOpen} onClose={() => setOpen(false)}>
        <Confirm {...props} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Confirm<Plan>({
  count,
  says,
  verb,
  run,
  look,
  onDone,
  onClose,
}: CountedProps<Plan> & { readonly onClose: () => void }) {
  const id = useId();
  const plan = useQuery({ queryKey: ["count", id], queryFn: count, gcTime: 0, staleTime: 0 });
  const act = useMutation({
    mutationFn: run,
    async onSuccess() {
      await readAgain();
      onClose();
      onDone?.();
    },
  });
  const words = plan.data === undefined ? null : verb(plan.data);
  return (
    <div className="grid gap-4">
      {plan.isPending && <p role="status">Counting…</p>}
      {plan.isError && <Failure error={plan.error} retry={() => void plan.refetch()} />}
      {plan.data !== undefined && <div className="text-ink-2">{says(plan.data)}</div>}
      {act.isError && <Failure error={act.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{words === null ? "Close" : "Leave it"}</Button>
        {words !== null && (
          <Button
            look={look === "danger" ? "danger" : "strong"}
            disabled={act.isPending}
            onClick={() => act.mutate()}
          >
            {words}
          </Button>
        )}
      </div>
    </div>
  );
}
