/** What a text shows of bytes that were not UTF-8: a decoder puts U+FFFD in their place. */

const replaced = "\uFFFD";

/** What is wrong with a text's encoding, and where; the offset is in characters. */
export interface EncodingFault {
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
}

/** The fault of a text in UTF-16. */
export const utf16: EncodingFault = {
  message: "it is UTF-16, as PowerShell's > writes it",
  hint: "save it as UTF-8",
  offset: 0,
};

/**
 * The first fault of a file's encoding. UTF-16 shows by its mark (FF FE or FE FF) and the zeros between the letters: Windows
 * PowerShell writes it with `>` (about_Character_Encoding).
 */
export function encodingFault(text: string): EncodingFault | undefined {
  if (isUtf16(text)) return utf16;
  const offset = text.indexOf(replaced);
  return offset < 0
    ? undefined
    : { message: "here is a character that is not UTF-8", hint: "save the file as UTF-8", offset };
}

/** Whether a file's text is none: it has zeros, or bytes that were not UTF-8. */
export function isNoText(text: string): boolean {
  return text.includes("\0") || text.includes(replaced);
}

export function isUtf16(text: string): boolean {
  return text.startsWith(replaced + replaced) && text.includes("\0");
}
