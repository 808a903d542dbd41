import { changeOrderLifecycle, installLifecycle } from "../../../src/contract/lifecycle.ts";
import { api } from "../api.ts";
import { Command } from "../forms/Command.tsx";
import { given } from "../forms/given.ts";
import { PdfLink } from "../links/PdfLink.tsx";
import { whyNot } from "../rights.ts";
import { useSession } from "../session.ts";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { namesOf, Signers } from "./Contract.tsx";
import { dollars, type DealRecords } from "./read.ts";

/** What amends the contract of an install, with who has to sign it. */
export function ChangeOrders({
  records,
  install,
}: {
  readonly records: DealRecords;
  readonly install: NonNullable<DealRecords["install"]>;
}) {
  const { changeOrders, customer } = records;
  const session = useSession();
  const primary = {
    role: "primary",
    name: `${customer.first_name} ${customer.last_name}`,
    email: customer.email,
  };
  return (
    <Panel
      title="Change orders"
      aside={
        <Command
          name="createChangeOrder"
          title="Change the contract"
          verb="Make a change order"
          cell={installLifecycle[install.status].amend}
          start={{ signers: [primary] }}
          run={(body) =>
            api.changeOrders.create({
              id: install.id,
              ...given<Omit<Parameters<typeof api.changeOrders.create>[0], "id">>(body),
            })
          }
        />
      }
    >
      <ul>
        {changeOrders.map(({ id, version, status, reason, changes, signers, signed_at }) => {
          const may = changeOrderLifecycle[status];
          const waiting = signers.filter((signer) => signer.signed_at === null);
          const price = changes.contract_price_cents;
          return (
            <li
              key={id}
              className="grid grid-cols-1 gap-2 border-b border-line px-5 py-3 last:border-0"
            >
              <div className="flex items-center justify-between gap-2">
                <span className="min-w-0 font-[560] break-words" dir="auto">
                  {reason}
                </span>
                <Tag tone={status === "signed" ? "ok" : "plain"}>{inWords(status)}</Tag>
              </div>
              <p className="text-12 text-ink-2">
                {Object.keys(changes).map(inWords).join(", ").replace(" cents", "")}
                {price && `: ${dollars(price.from)} → ${dollars(price.to)}`}
                {signed_at !== null && (
                  <>
                    , signed <Time at={signed_at} />
                  </>
                )}
              </p>
              <Signers
                signers={signers}
                purpose="to read and sign the change order"
                linkFor={(signer_id) => api.changeOrderLinks.create({ id, signer_id })}
                because={whyNot(
                  session,
                  "createChangeOrderLink",
                  status === "voided" ? { refusedBy: "change_order_live" } : undefined,
                )}
              />
              <PdfLink what="change order" read={() => api.changeOrderDocuments.get({ id })} />
              <div className="flex flex-wrap gap-2">
                <Command
                  name="signChangeOrder"
                  title="Record a signature"
                  verb="Record a signature"
                  cell={waiting.length > 1 ? may.sign : may.signLast}
                  start={{ signer_id: waiting[0]?.id }}
                  names={{ signer_id: namesOf(waiting) }}
                  run={(body) =>
                    api.changeOrders.sign(
                      { id, ...given<{ signer_id: string }>(body) },
                      { ifMatch: version },
                    )
                  }
                />
                <Command
                  name="voidChangeOrder"
                  title="Make the change order void"
                  verb="Void"
                  look="danger"
                  cell={may.void}
                  run={() => api.changeOrders.void({ id }, { ifMatch: version })}
                />
              </div>
            </li>
          );
        })}
        {changeOrders.length === 0 && (
          <li className="px-5 py-4 text-ink-2">The contract stands as it was signed.</li>
        )}
      </ul>
    </Panel>
  );
}
