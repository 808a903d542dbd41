import { useNavigate } from "@tanstack/react-router";
import { scopeSummaries } from "../../../src/contract/scopes.ts";
import { closeStream } from "../live.ts";
import { signOut, useSession } from "../session.ts";
import { actorWords } from "../organizations/read.ts";
import { Button } from "../ui/Button.tsx";
import { Facts, Panel } from "../ui/Panel.tsx";
import { Time } from "../ui/Time.tsx";

/** Who is signed in, as whom events name what is done, and until when. */
export function SignedIn() {
  const { actor, scopes, expires_at } = useSession();
  const navigate = useNavigate();
  const leave = async () => {
    closeStream();
    await signOut();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Panel
      title="Signed in"
      aside={
        <Button small onClick={() => void leave()}>
          Sign out
        </Button>
      }
    >
      <div className="max-w-[560px]">
        <Facts
          facts={[
            ["Events name", <span dir="auto">{actor.name ?? "a key without a name"}</span>],
            ["Acts as", actorWords(actor.kind)],
            ["Until", expires_at === null ? "it is revoked" : <Time at={expires_at} as="full" />],
          ]}
        />
      </div>
      <ul className="grid gap-1 border-t border-line px-5 py-4 text-12 text-ink-2">
        {scopes.map((scope) => (
          <li key={scope}>{scopeSummaries[scope]}</li>
        ))}
      </ul>
    </Panel>
  );
}
