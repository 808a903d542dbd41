import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Customer } from "../../../src/contract/resources/customer.ts";
import type { Survey } from "../../../src/contract/resources/survey.ts";
import { api } from "../api.ts";
import { CommandButton } from "../forms/CommandForm.tsx";
import { given } from "../forms/given.ts";
import { choicesOf, useNames } from "../parties.ts";
import { useWhyNot } from "../rights.ts";
import { Failure, Skeleton } from "../ui/Note.tsx";
import { Panel } from "../ui/Panel.tsx";
import { inWords, Tag } from "../ui/Tag.tsx";
import { Time } from "../ui/Time.tsx";
import { dealsOfQuery } from "./read.ts";

/** Opens a deal and goes there. */
export function NewDeal({ customer, small }: { customer: Customer; small?: boolean }) {
  const navigate = useNavigate();
  const { installers, dealTypes } = useNames();
  const because = useWhyNot("createSurvey");
  return (
    <CommandButton
      name="createSurvey"
      title="New deal"
      verb="Open the deal"
      label="New deal"
      {...(small ? { small, look: "quiet" as const } : { look: "strong" as const })}
      because={because}
      names={choicesOf({ epc_id: installers, type: dealTypes })}
      run={(body) => api.surveys.create(given({ id: customer.id, ...body }))}
      onDone={(made) => void navigate({ to: "/deals/$id", params: { id: (made as Survey).id } })}
    />
  );
}

/** A customer's deals with their stages. */
export function Deals({ customer, isOurs }: { customer: Customer; isOurs: boolean }) {
  const read = useQuery(dealsOfQuery(customer.id));
  const { organizations } = useNames();
  return (
    <Panel title="Deals" aside={isOurs && <NewDeal customer={customer} small />}>
      {read.isPending && <Skeleton rows={2} />}
      {read.isError && (
        <div className="p-4">
          <Failure error={read.error} retry={() => void read.refetch()} />
        </div>
      )}
      {read.data?.length === 0 && <p className="px-5 py-4 text-ink-2">No deal yet.</p>}
      <ul>
        {read.data?.map((deal) => (
          <li key={deal.id} className="border-b border-line last:border-b-0">
            <Link
              to="/deals/$id"
              params={{ id: deal.id }}
              className="flex min-h-11 items-center justify-between gap-3 px-5 py-2 hover:bg-sunken"
            >
              <span className="min-w-0">
                <span className="block truncate text-left font-[600]" dir="auto">
                  {deal.title ?? inWords(deal.type)}
                </span>
                <span className="block truncate text-12 text-ink-2">
                  <bdi>{installerOf(deal, organizations)}</bdi>, opened{" "}
                  <Time at={deal.created_at} />
                </span>
              </span>
              <Tag tone={toneOf(deal.stage)}>{inWords(deal.stage)}</Tag>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const installerOf = ({ epc_id }: Survey, names: ReadonlyMap<string, string>) =>
  epc_id === null ? "No installer yet" : (names.get(epc_id) ?? "Installer chosen");

const toneOf = (stage: Survey["stage"]) =>
  stage === "completed"
    ? "ok"
    : stage === "lost"
      ? "plain"
      : stage === "on_hold"
        ? "retry"
        : "cell";
