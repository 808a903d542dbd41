import { Fragment } from "react";

/**
 * Texts of people after one another, each in its own direction: beside Arabic or Hebrew the commas, numbers and Latin words
 * stay where they belong. Those that are null or empty are left out.
 */
export function Words({ of }: { readonly of: readonly (string | null | undefined)[] }) {
  const said = of.filter((text) => text !== null && text !== undefined && text !== "");
  return said.map((text, position) => (
    // oxlint-disable-next-line react/no-array-index-key -- a word is its place
    <Fragment key={position}>
      {position > 0 && ", "}
      <bdi>{text}</bdi>
    </Fragment>
  ));
}
