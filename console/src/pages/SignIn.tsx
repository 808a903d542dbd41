import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { queries } from "../api.ts";
import { sessionQuery, signIn } from "../session.ts";
import { Button } from "../ui/Button.tsx";
import { TextField } from "../ui/Field.tsx";
import { Failure } from "../ui/Note.tsx";

/** The door: a key of an organization, or the operator's. */
export function SignIn() {
  const { to } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const router = useRouter();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    try {
      const given = new FormData(event.currentTarget).get("key");
      await signIn(typeof given === "string" ? given : "");
      const isOperator = queries.getQueryData(sessionQuery.queryKey)?.organization === null;
      // Only an address of our own: what stands behind `to` came with the link.
      if (to?.startsWith("/") && !to.startsWith("//") && to !== "/") router.history.push(to);
      else await navigate({ to: isOperator ? "/organizations" : "/" });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <form
        onSubmit={(event) => void submit(event)}
        className="grid w-full max-w-[400px] gap-4 rounded-panel border border-line bg-surface p-6"
      >
        <div className="flex items-center gap-3">
          <img src="/mark.svg" alt="" width={32} height={32} />
          <h1 className="text-22">Heliograph</h1>
        </div>
        <p className="text-ink-2">
          Sign in with a key of your organization, or with the operator key of this installation.
        </p>
        <TextField
          label="Key"
          name="key"
          type="password"
          required
          autoFocus
          autoComplete="current-password"
          hint="The terminal that started Heliograph says where the operator key is."
          className="font-mono"
        />
        {failure !== undefined && <Failure error={failure} />}
        <Button type="submit" look="strong" disabled={isBusy}>
          Sign in
        </Button>
        <a href="/event-types" className="text-12 text-cell underline">
          The event catalogue is open to all
        </a>
      </form>
    </main>
  );
}
