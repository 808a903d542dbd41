import { queryOptions } from "@tanstack/react-query";
import { api } from "../api.ts";

/** Everything of one deal that this organization may see, read together: the page shows it as one thing. */
export const dealQuery = (id: string, isSales: boolean) =>
  queryOptions({
    queryKey: ["flow", "deal", id],
    queryFn: () => readDeal(id, isSales),
  });

const all = { limit: 200 } as const;
const nothing = { data: [] };

async function readDeal(id: string, isSales: boolean) {
  const survey = await api.surveys.get({ id });
  const ofCustomer = { id: survey.customer_id, ...all };
  const [
    customer,
    designs,
    siteSurveys,
    files,
    installs,
    agreements,
    proposals,
    appointments,
    notes,
  ] = await Promise.all([
    api.customers.get({ id: survey.customer_id }),
    api.designRequests.list({ id, ...all }),
    api.siteSurveys.list({ id, ...all }),
    api.files.list({ id, ...all }),
    api.installs.list({ survey_id: id, ...all }),
    api.agreements.list({ id, ...all }),
    isSales ? api.proposals.list({ id, ...all }) : nothing,
    isSales ? api.appointments.list(ofCustomer) : nothing,
    isSales ? api.notes.list(ofCustomer) : nothing,
  ]);
  const install = installs.data.at(-1);
  const ofInstall = install && { id: install.id, ...all };
  const [milestones, changeOrders, installNotes, applications] = await Promise.all([
    ofInstall ? api.milestones.list(ofInstall) : nothing,
    ofInstall ? api.changeOrders.list(ofInstall) : nothing,
    ofInstall ? api.installNotes.list(ofInstall) : nothing,
    Promise.all(
      proposals.data.map((proposal) => api.lenderApplications.list({ id: proposal.id, ...all })),
    ),
  ]);
  return {
    survey,
    customer,
    install,
    /** The newest that is neither deleted nor voided, else the newest. */
    agreement:
      agreements.data.findLast(({ status }) => status !== "deleted" && status !== "voided") ??
      agreements.data.at(-1),
    designs: designs.data,
    siteSurveys: siteSurveys.data,
    files: files.data,
    proposals: proposals.data,
    appointments: appointments.data.filter(
      ({ survey_id }) => survey_id === null || survey_id === id,
    ),
    notes: notes.data,
    milestones: milestones.data,
    changeOrders: changeOrders.data,
    installNotes: installNotes.data,
    applications: applications.flatMap(({ data }) => data),
  };
}
export type DealRecords = Awaited<ReturnType<typeof readDeal>>;

/** Money in whole cents as people write it. */
export const dollars = (cents: number | null | undefined): string | undefined =>
  cents === null || cents === undefined
    ? undefined
    : new Intl.NumberFormat("en-US", {
        style: "currency",
        currency: "USD",
        maximumFractionDigits: cents % 100 === 0 ? 0 : 2,
      }).format(cents / 100);

/** Only the fields of a record that a form changes, for comparing. */
export const as = (record: object): Readonly<Record<string, unknown>> =>
  record as Readonly<Record<string, unknown>>;
