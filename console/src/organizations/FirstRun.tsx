import { Code } from "../ui/Copy.tsx";
import { Button } from "../ui/Button.tsx";
import { Panel } from "../ui/Panel.tsx";

/** Nothing is here yet: the two ways to begin. */
export function FirstRun({ onSetUp }: { readonly onSetUp: () => void }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-stretch gap-5 lg:grid-cols-2">
      <Panel title="Play the demo">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3 px-5 py-4">
          <p className="text-ink-2">
            A sales organization, an installer, and one customer from lead to permission to operate:
            all 32 events, delivered to two receivers that the demo starts itself and that check
            every signature. It takes some seconds, and the service keeps running.
          </p>
          <p className="text-ink-2">
            The receivers are programs of their own, so it is started in a terminal: stop this
            service and start it again with
          </p>
          <Code label="Command that plays the demo" text="npm start -- --demo" />
          <p className="text-12 text-ink-3">
            It says there where the keys of both companies are. Its companies stay beside yours.
          </p>
        </div>
      </Panel>
      <Panel title="Set up your own" className="flex flex-col">
        <div className="grid flex-1 content-start gap-3 px-5 py-4">
          <p className="text-ink-2">
            Two companies and what ties them, in three steps: the sales organization, the installer
            that builds for it, and the partnership with a key for each. Then you sign in as one of
            them and add the first customer.
          </p>
          <div>
            <Button look="strong" onClick={onSetUp}>
              Begin with the sales organization
            </Button>
          </div>
        </div>
      </Panel>
    </div>
  );
}
