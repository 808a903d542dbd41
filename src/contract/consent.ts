/**
 * What a person agrees to before a document is signed on the pages for customers and signers. Electronic records and
 * signatures bind only with such a consent, given beforehand (15 U.S.C. § 7001(c)): it says what it covers, how paper is
 * had instead, how it is withdrawn, and what is needed to read. A changed wording is a new version; a consent is kept
 * with the version that was read.
 */
export const consentStatement = {
  version: 1,
  paragraphs: [
    "You are about to read and sign a document in electronic form. Your electronic signature has the same effect as one on paper.",
    "Your consent covers this document and its signed copy. You can have either on paper at no charge: ask the company that sent you the link.",
    "You may withdraw your consent at any time before you sign, by closing this page or by choosing not to sign. What you have signed before stays valid.",
    "To read and keep the document you need a current web browser and a program that opens PDF files.",
  ],
} as const;
