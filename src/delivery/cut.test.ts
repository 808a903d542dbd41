import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newApiKey, newWebhookSecret } from "../base/keys.ts";
import { createCut, snippetOf } from "./cut.ts";

describe("createCut()", () => {
  test.each([
    ["a secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw== is wrong", "a secret [cut] is wrong"],
    ['{"key":"whsec_Mf\\/KQ9r8"}', '{"key":"[cut]"}'],
    ["xwhsk_AAAA", "x[cut]"],
    ["key=hk_a-b_c", "key=[cut]"],
    [String.raw`line\nhk_0123456789abcdefg`, String.raw`line\n[cut]`],
    ["Authorization: Bearer abc.def~1, next", "Authorization: Bearer [cut], next"],
    ["think_about hk", "think_about hk"],
  ])("takes what looks like a secret out of %j", (text, expected) => {
    expect(createCut([])(text)).toBe(expected);
  });

  test("takes out what it was given, plain and as JSON writes it, the longest first", () => {
    const cut = createCut(["pa$$", "pa$$word/1", 'quo"te', "Bearer of news", ""]);

    expect(cut("pa$$word/1 pa$$ pa$$word")).toBe("[cut] [cut] [cut]word");
    expect(cut(JSON.stringify({ sent: 'quo"te' }))).toBe('{"sent":"[cut]"}');
    expect(cut(String.raw`{"sent":"pa$$word\/1"}`)).toBe('{"sent":"[cut]"}');
    expect(cut("x-told: Bearer of news")).toBe("x-told: [cut]");
  });

  test("takes a short one out only where it stands alone", () => {
    expect(createCut(["1"])("version 1 of 2.1, 11 in all")).toBe(
      "version [cut] of 2.[cut], 11 in all",
    );
  });

  test("leaves no part of a secret, wherever the text ends", () => {
    const drawn = fc.string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" });
    fc.assert(
      fc.property(drawn, fc.nat(40), (secret, length) => {
        const text = snippetOf(`no: ${secret.slice(0, length)}`, createCut([secret]));
        const shown = secret.replaceAll(/\s+/g, " ").slice(0, 4);
        expect(length >= 4 && text.slice(4).startsWith(shown)).toBe(false);
      }),
    );
  });
});

describe("snippetOf()", () => {
  test("holds 2 KiB at most, and no part of a secret at its end", () => {
    const secrets = [newWebhookSecret(), newApiKey(), randomBytes(30).toString("base64")];
    const cut = createCut(secrets.slice(2));
    for (const secret of secrets) {
      for (let before = 2_048 - secret.length; before <= 2_048; before += 1) {
        const snippet = snippetOf(`${".".repeat(before)}${secret}.`, cut);
        expect(Buffer.byteLength(snippet)).toBeLessThanOrEqual(2_048);
        expect(snippet.replace(/^\.*/, "")).toBe("[cut].".slice(0, 2_048 - before));
      }
    }
  });

  test("is not misled by control characters inside of a secret", () => {
    expect(snippetOf("se\u0000cret\u001b value", createCut(["secret\tvalue"]))).toBe("[cut]");
  });
});
