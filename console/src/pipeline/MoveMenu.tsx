import type { SurveyView } from "../../../src/contract/resources/view.ts";
import { rules } from "../../../src/contract/rules.ts";
import { Menu, MenuGroup, MenuItem } from "../ui/Menu.tsx";
import { inWords } from "../ui/Tag.tsx";
import { nameOf } from "./read.ts";
import { ruleAgainst, stages } from "./stages.ts";
import { buttonId, type Move } from "./useMove.tsx";

/** Moves a deal without dragging it. What is bound to be refused says by which rule. */
export function MoveMenu({ deal, move }: { readonly deal: SurveyView; readonly move: Move }) {
  return (
    <Menu label={`Move ${nameOf(deal)} to…`} id={buttonId(deal.id)}>
      <MenuGroup label="Move to…">
        {stages
          .filter((stage) => stage !== deal.stage)
          .map((stage) => {
            const rule = ruleAgainst(deal, stage);
            return (
              <MenuItem
                key={stage}
                onSelect={() => move(deal, stage)}
                hint={rule && `Needs this: ${rules[rule]}`}
              >
                {inWords(stage)}
              </MenuItem>
            );
          })}
      </MenuGroup>
    </Menu>
  );
}
