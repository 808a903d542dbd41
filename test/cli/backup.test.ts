import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { givenProgram } from "./program.ts";

/** A program in pg_dump's place, which not every machine has: as that one it empties its file first, then writes, then ends. */
const dumping = (ends: number) => `#!/bin/sh
for word; do case $word in --file=*) file=\${word#--file=};; esac; done
echo new > "$file"
exit ${ends}
`;

async function givenBackup(ends: number) {
  const program = await givenProgram();
  const bin = join(program.config, "bin");
  const folder = join(program.config, "backups");
  for (const each of [bin, folder]) await mkdir(each);
  await writeFile(join(bin, "pg_dump"), dumping(ends), { mode: 0o755 });
  const file = join(folder, "x.dump");
  const env = { PATH: bin, DATABASE_URL: "postgres://127.0.0.1:1/x" };
  return { folder, file, run: (to = file) => program.run(["server", "backup", to], { env }) };
}

describe("heliograph server backup", () => {
  test("leaves the backup from before as it was when pg_dump fails", async () => {
    const { folder, file, run } = await givenBackup(1);
    await writeFile(file, "good");

    const ended = await run();

    expect(ended).toMatchObject({ code: 1, out: "" });
    expect(ended.said).toContain("pg_dump ended with 1");
    expect(await readFile(file, "utf8")).toBe("good");
    expect(await readdir(folder)).toEqual(["x.dump"]);
  });

  test("takes the place of the one from before when all is written, as hidden as that was", async () => {
    const { folder, file, run } = await givenBackup(0);
    await writeFile(file, "good");
    await chmod(file, 0o600);

    expect((await run()).code).toBe(0);

    expect(await readFile(file, "utf8")).toBe("new\n");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["x.dump"]);
  });

  test("says when there is no such place", async () => {
    const { folder, run } = await givenBackup(0);

    const ended = await run(join(folder, "none", "x.dump"));

    expect(ended.code).toBe(2);
    expect(ended.said).toContain("x.dump cannot be written: ENOENT");
  });
});
