import { isFailure, type Client } from "../../sdk/index.ts";
import { Failure } from "./exitCodes.ts";

/**
 * What the clock of a test server shows.
 * @param otherwise what else one can do, as a sentence.
 * @throws {Failure} on a normal server; {HeliographError} without the operator's key.
 */
export async function requireTestClock(testClocks: Client["testClocks"], otherwise?: string) {
  return testClocks.get().catch((error: unknown) => {
    if (!isFailure(error, "not_found")) throw error;
    const how = "A test server is started with HELIOGRAPH_TEST_CLOCK=true, on a new database";
    throw new Failure(
      "failed",
      "The service is no test server, so it goes by the real time",
      otherwise === undefined ? how : `${how}. ${otherwise}`,
    );
  });
}
