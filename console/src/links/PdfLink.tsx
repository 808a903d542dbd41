import { useMutation } from "@tanstack/react-query";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Note.tsx";
import { save } from "../ui/save.ts";

interface PdfLinkProps {
  /** As in "agreement". */
  readonly what: string;
  readonly read: () => Promise<Blob>;
}

/** Saves a document as it is to be signed, or as it was signed, with its evidence. */
export function PdfLink({ what, read }: PdfLinkProps) {
  const saved = useMutation({
    mutationFn: read,
    onSuccess: (pdf) => save(pdf, `${what.replaceAll(" ", "-")}.pdf`),
  });
  return (
    <div className="flex flex-wrap gap-2">
      <Button small look="quiet" disabled={saved.isPending} onClick={() => saved.mutate()}>
        Download the {what} (PDF)
      </Button>
      {saved.isError && <Failure error={saved.error} />}
    </div>
  );
}
