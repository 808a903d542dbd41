import type { ReactNode } from "react";
import { Button } from "./Button.tsx";

interface MoreButtonProps {
  /** A list that is read page by page. */
  readonly of: {
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  readonly small?: boolean;
  readonly className?: string;
  /** What it says. */
  readonly children: ReactNode;
}

/** Reads the next page of a list. */
export function MoreButton({ of, children, ...rest }: MoreButtonProps) {
  return (
    <Button {...rest} disabled={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {children}
    </Button>
  );
}
