import { both, command, pick } from "./command.ts";
import type { InstallerSettings } from "./records.ts";

/** The installer works differently from now on. Not a part of the flow: it tells nobody. */
export const updateOrganization = command({
  by: both,
  on: (model) => [model],
  plan({ companies, installer }, { variant }) {
    const settings = pick<Partial<InstallerSettings>>(variant, [
      { agreement_mode: "approved" },
      { agreement_mode: "signed" },
      { agreement_mode: "processed" },
      { next_steps_page: true },
      { next_steps_page: false },
    ]);
    return {
      owner: "epc",
      input: settings,
      call: ({ organizations }) => organizations.update({ id: companies.epc, settings }),
      becomes: () => void Object.assign(installer, settings),
    };
  },
});
