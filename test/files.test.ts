import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { createDiskFileStore } from "../src/base/fileStore.ts";
import { createApp } from "../src/http/app.ts";
import { expectProblem } from "./problems.ts";
import { givenDeal } from "./deals.ts";
import { givenPair, givenSalesOrg, test, type Service } from "./service.ts";
import { givenForm, givenKey } from "./world.ts";

const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const hourMs = 3_600_000;

/** A deal, and how its sales organization adds a file to it. */
async function givenFolder(service: Service) {
  const pair = await givenPair(service);
  const { id } = await givenDeal(pair);
  const add = (content: string | Uint8Array<ArrayBuffer>, name = "bill.txt", type = "text/plain") =>
    pair.sales.files.create({ id, category: "other", file: new File([content], name, { type }) });
  return { ...pair, surveyId: id, add };
}

/** Over a connection of its own: one that stays open would hold up the service when it stops. */
const download = (url: string, { method = "GET", authorization = "" } = {}) =>
  fetch(url, { method, headers: { authorization, connection: "close" } });

/** Sends a form whose file has this head, as clients other than ours may write it. */
async function addRaw(service: Service, surveyId: string, key: string, head: string) {
  const category = 'content-disposition: form-data; name="category"\r\n\r\nother';
  const file = `content-disposition: form-data; name="file"; ${head}\r\n\r\ncontent`;
  const type = "multipart/form-data; boundary=the-edge";
  const response = await fetch(new URL(`/v1/surveys/${surveyId}/files`, service.url), {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body: `--the-edge\r\n${category}\r\n--the-edge\r\n${file}\r\n--the-edge--\r\n`,
  });
  expect(response.status, head).toBe(201);
  return (await response.json()) as { name: string; content_type: string; content_url: string };
}

describe("a file", () => {
  test("comes back byte for byte, with its own size and checksum", async ({ service }) => {
    const { add } = await givenFolder(service);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    for (const content of [everyByte, randomBytes(1_000_003), new Uint8Array()]) {
      const file = await add(content, "picture.jpg", "image/jpeg");

      const response = await download(file.content_url);
      const bytes = await response.bytes();

      expect(sha256(bytes)).toBe(sha256(content));
      expect(file).toMatchObject({ size_bytes: content.length, sha256: sha256(content) });
      expect(response.headers.get("content-length")).toBe(String(content.length));
      expect(response.headers.get("content-type")).toBe("image/jpeg");
    }
  });

  test("of 25 MiB is taken whole", async ({ service }) => {
    const { add } = await givenFolder(service);
    const content = new Uint8Array(25 * 1024 * 1024).fill(7);

    const file = await add(content);

    expect(file).toMatchObject({ size_bytes: content.length, sha256: sha256(content) });
    expect(sha256(await (await download(file.content_url)).bytes())).toBe(file.sha256);
  });

  test("never runs where it is fetched: it is a download, and is not guessed at or kept", async ({
    service,
  }) => {
    const { add } = await givenFolder(service);
    const page = await add("<script>alert(1)</script>", "page.html", "text/html");
    const picture = await add("<svg onload='alert(1)'/>", "sun.svg", "image/svg+xml");
    for (const { content_url } of [page, picture]) {
      for (const method of ["GET", "HEAD"]) {
        const response = await download(content_url, { method });
        const { headers } = response;
        await response.bytes();

        expect(headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''\w+\./);
        expect(headers.get("x-content-type-options")).toBe("nosniff");
        expect(headers.get("content-security-policy")).toBe("sandbox");
        expect(headers.get("cache-control")).toBe("private, no-store");
      }
    }
  });

  test("is fetched by its link alone, without a key or with anybody's", async ({ service }) => {
    const { add } = await givenFolder(service);
    const { content_url } = await add("Example Power: 1,125 kWh");
    for (const authorization of ["", "Bearer hk_nonsense", "Basic eA=="]) {
      const response = await download(content_url, { authorization });
      expect(await response.text()).toBe("Example Power: 1,125 kWh");
    }
    const bare = new URL(content_url);
    bare.search = "";
    const { errors } = await expectProblem(await download(bare.href), "invalid");
    expect(errors?.map(({ at }) => at)).toEqual(["expires", "signature"]);
  });

  test("gets a fresh link each time it is read, of a quarter of an hour", async ({ service }) => {
    const { add, sales, installer, surveyId } = await givenFolder(service);
    const made = await add("Example Power");
    for (const { files } of [sales, installer]) {
      const before = Date.now();
      const read = await files.get({ id: made.id });
      const [listed] = (await files.list({ id: surveyId })).data;
      const after = Date.now();

      for (const file of [read, listed]) {
        const ends = Date.parse(file?.content_url_expires_at ?? "");
        expect(ends).toBeGreaterThan(before + hourMs / 4 - 1000);
        expect(ends).toBeLessThanOrEqual(after + hourMs / 4);
        expect(await (await download(file?.content_url ?? "")).text()).toBe("Example Power");
      }
    }
  });

  test("whose content is lost is not found", async ({ service }) => {
    const { add } = await givenFolder(service);
    const { id, content_url } = await add("Example Power");
    await service.services.files.remove(id);

    await expectProblem(await download(content_url), "not_found");
  });
});

describe("the name of a file", () => {
  test("loses its path and what no name holds, and cannot leave its header", async ({
    service,
  }) => {
    const { salesOrg, surveyId } = await givenFolder(service);
    const key = await givenKey(service, salesOrg.id);
    for (const [given, kept] of [
      ["bill-2026-02.pdf", "bill-2026-02.pdf"],
      ["../../etc/passwd", "passwd"],
      ["C:\\Bills\\sun ☀ & moon.pdf", "sun ☀ & moon.pdf"],
      ["a%22; filename=%22b.exe", 'a"; filename="b.exe'],
      ["a%0D%0Ax-injected: 1.pdf", "ax-injected: 1.pdf"],
      ["tab\tbed\u007f.pdf", "tabbed.pdf"],
      ["", "file"],
      ["folder/", "file"],
      [`${"n".repeat(300)}.pdf`, "n".repeat(255)],
    ] as const) {
      const file = await addRaw(service, surveyId, key, `filename="${given}"`);
      const response = await download(file.content_url);
      const disposition = response.headers.get("content-disposition") ?? "";

      expect(await response.text()).toBe("content");
      expect(file.name).toBe(kept);
      expect(disposition).toMatch(/^attachment; filename\*=UTF-8''[\w.%~!*'()-]+$/);
      expect(decodeURIComponent(disposition.slice(disposition.indexOf("''") + 2))).toBe(kept);
      expect(response.headers.get("x-injected")).toBeNull();
    }
  });

  test("comes with a type that a header can hold", async ({ service }) => {
    const { salesOrg, surveyId } = await givenFolder(service);
    const key = await givenKey(service, salesOrg.id);
    for (const [type, kept] of [
      ["content-type: image/PNG", "image/png"],
      ["content-type: tést/☀", "application/octet-stream"],
      ["content-type: text/html\u0001", "application/octet-stream"],
      ["content-type: ", "application/octet-stream"],
    ] as const) {
      const file = await addRaw(service, surveyId, key, `filename="a"\r\n${type}`);

      expect(file.content_type, type).toBe(kept);
      const response = await download(file.content_url);
      expect(response.headers.get("content-type")).toBe(kept);
      expect(await response.text()).toBe("content");
    }
  });
});

describe("the store of files", () => {
  test("keeps the content of what was accepted, and of nothing that was refused", async ({
    service,
  }) => {
    const { salesOrg, surveyId } = await givenFolder(service);
    const directory = await mkdtemp(join(tmpdir(), "heliograph-files-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const app = createApp({ ...service.services, files: createDiskFileStore(directory) });
    const stranger = await givenSalesOrg(service);
    const upload = async (organizationId: string, form: FormData) => {
      const authorization = `Bearer ${await givenKey(service, organizationId)}`;
      const path = `/v1/surveys/${surveyId}/files`;
      return app.request(path, { method: "POST", headers: { authorization }, body: form });
    };
    const unnamed = givenForm();
    unnamed.set("category", "nonsense");

    await expectProblem(await upload(stranger.id, givenForm()), "not_found");
    await expectProblem(await upload(salesOrg.id, unnamed), "invalid");
    const { id } = (await (await upload(salesOrg.id, givenForm())).json()) as { id: string };

    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([id]);
  });
});
