import { useMutation } from "@tanstack/react-query";
import { closeStream } from "../live.ts";
import { signIn } from "../session.ts";

/** Changes who is signed in, by a key that was just made: the operator leaves, the organization comes. */
export function useSignInAs() {
  return useMutation({
    async mutationFn(key: string) {
      closeStream();
      await signIn(key);
      // Loaded anew, so that nothing that is shown or kept is still the other's.
      window.location.assign("/");
    },
  });
}
