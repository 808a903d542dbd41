// oxlint-disable-next-line import/no-named-as-default -- its types know the default only
import PDFDocument from "pdfkit";
import type { Mark } from "../../contract/resources/link.ts";
import { fonts, runsOf, type Face } from "./fonts.ts";

/** In points, 72 to an inch. */
const margin = 56;
const footRoom = 24;
const labelWidth = 170;
const field = { width: 210, height: 70 };

const ink = "#14171F";
const pale = "#5A6072";

/** A document on letter paper, written from the top of the first page downwards. */
export class Paper {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #foot: string;
  readonly #bytes: Promise<Uint8Array>;

  /** @param foot what stands at the foot of every page. @param madeAt the document's own date. */
  constructor({ title, foot, madeAt }: { title: string; foot: string; madeAt: Date }) {
    this.#foot = foot;
    this.#pdf = new PDFDocument({
      size: "LETTER",
      margins: { top: margin, left: margin, right: margin, bottom: margin + footRoom },
      bufferPages: true,
      lang: "en-US",
      displayTitle: true,
      info: { Title: title, Creator: "Heliograph", CreationDate: madeAt, ModDate: madeAt },
    });
    this.#bytes = collect(this.#pdf);
    for (const [name, file] of fonts) this.#pdf.registerFont(name, file);
  }

  /** Writes a paragraph below what is there. */
  write(text: string, { gap = 4, ...look }: Partial<Look> & { gap?: number } = {}): void {
    this.#set(text, { ...look, at: margin, width: this.#width });
    this.#pdf.y += gap;
  }

  /** Writes a label, and beside it what it is. */
  line(label: string, value: string): void {
    const top = this.#room(14);
    const { page } = this.#pdf;
    this.#set(label, { color: pale, at: margin, width: labelWidth - 12 });
    const below = this.#pdf.y;
    this.#pdf.y = top;
    this.#set(value, { at: margin + labelWidth, width: this.#width - labelWidth });
    // A long value may have gone on to the next page, where the label's end does not count.
    if (this.#pdf.page === page) this.#pdf.y = Math.max(this.#pdf.y, below);
    this.#pdf.y += 3;
  }

  heading(text: string): void {
    this.#room(48);
    this.#pdf.y += 10;
    this.write(text, { face: "strong", size: 12, gap: 2 });
    const { y } = this.#pdf;
    this.#pdf.moveTo(margin, y).lineTo(margin + this.#width, y);
    this.#pdf.lineWidth(0.7).stroke(ink);
    this.#pdf.y = y + 6;
  }

  /** A field to sign in, or what was signed in it, with who signs below. */
  signature(mark: Mark | null, below: readonly string[]): void {
    const top = this.#room(field.height + 14 * below.length + 12);
    this.#pdf.rect(margin, top, field.width, field.height).lineWidth(0.7).stroke("#B5BAC7");
    if (mark?.kind === "typed") this.#typed(mark.name, top);
    if (mark?.kind === "drawn") this.#drawn(mark.strokes, top);
    this.#pdf.y = top + field.height + 4;
    for (const text of below) this.write(text, { size: 9, gap: 1, color: pale });
    this.#pdf.y += 8;
  }

  nextPage(): void {
    this.#pdf.addPage();
  }

  /** Puts a PDF into the document, as it is. */
  attach(name: string, bytes: Uint8Array, { description, madeAt }: Attached): void {
    const dates = { creationDate: madeAt, modifiedDate: madeAt };
    this.#pdf.file(Buffer.from(bytes), { name, type: "application/pdf", description, ...dates });
  }

  /** Numbers the pages and closes the document. */
  async finish(): Promise<Uint8Array> {
    const { start, count } = this.#pdf.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.#pdf.switchToPage(page);
      // The foot stands below the bottom margin, where text would begin a new page.
      this.#pdf.page.margins.bottom = 0;
      this.#pdf.y = this.#pdf.page.height - margin;
      const text = `${this.#foot}, page ${page + 1} of ${count}`;
      this.#set(text, { size: 8, color: pale, at: margin, width: this.#width });
    }
    this.#pdf.end();
    return this.#bytes;
  }

  get #width(): number {
    return this.#pdf.page.width - 2 * margin;
  }

  /** Makes sure that there is room below, on a new page if need be. @returns where writing goes on. */
  #room(height: number): number {
    const { page } = this.#pdf;
    if (this.#pdf.y + height > page.height - page.margins.bottom) this.#pdf.addPage();
    return this.#pdf.y;
  }

  /** A long name is written smaller, so that all of it stands in the field. */
  #typed(name: string, top: number): void {
    const size = Math.max(6, Math.min(20, 360 / name.length));
    this.#pdf.y = top + (field.height - size * 1.4) / 2;
    this.#set(name, { face: "script", size, at: margin + 8, width: field.width - 16 });
  }

  #drawn(strokes: readonly (readonly number[])[], top: number): void {
    for (const points of strokes) {
      for (let at = 0; at + 1 < points.length; at += 2) {
        const x = margin + (points[at] ?? 0) * field.width;
        const y = top + (points[at + 1] ?? 0) * field.height;
        if (at === 0) this.#pdf.moveTo(x, y);
        else this.#pdf.lineTo(x, y);
      }
      this.#pdf.lineWidth(1.4).lineCap("round").lineJoin("round").stroke(ink);
    }
  }

  /** Sets text in the place, run by run in the fonts that have its characters. */
  #set(text: string, { face = "plain", size = 10, color = ink, at, width }: Placed): void {
    this.#pdf.fillColor(color).fontSize(size);
    const runs = runsOf(face, text);
    for (const [index, run] of runs.entries()) {
      const layout = { width, continued: index < runs.length - 1 };
      this.#pdf.font(run.font);
      if (index === 0) this.#pdf.text(run.text, at, this.#pdf.y, layout);
      else this.#pdf.text(run.text, layout);
    }
  }
}

interface Look {
  readonly face: Face;
  /** In points. */
  readonly size: number;
  readonly color: string;
}

interface Placed extends Partial<Look> {
  /** Left edge and width, in points. */
  readonly at: number;
  readonly width: number;
}

interface Attached {
  readonly description: string;
  readonly madeAt: Date;
}

function collect(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    pdf.on("error", reject);
  });
}
