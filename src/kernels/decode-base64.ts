/** Decodes base64 with what pages and Node both have: so compiled modules travel inside the package. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
