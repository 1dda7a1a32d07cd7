import { Type } from 'typebox';

// The shapes of text that strangers may send: bounded, well-formed Unicode (half of a surrogate pair is no character), no control
// characters (PostgreSQL stores no NUL, and the others only deceive) and nothing that turns the direction of what stands
// around it (Unicode TR 36, "Bidirectional Text Spoofing"). A contract takes its text from here or states a narrower pattern;
// tests/contracts.test.ts tries each field.

/** For a character class with the flag `u`: line and paragraph separators stand between U+2028 and the overrides. */
const turning = '\\u2028-\\u202e\\u2066-\\u2069';
const unfit = `\\p{Cc}\\p{Cs}${turning}`;
const unfitInProse = `\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\p{Cs}${turning}`;

type More = { readonly minLength?: number; readonly description?: string };

/** One line that may be empty or blank: words to search for, a password, an address. */
export function lineText(maxLength: number, more: More = {}) {
  return Type.String({ ...more, maxLength, pattern: `^[^${unfit}]*$` });
}

/** One line with something to see in it: what somebody or something is called. */
export function nameText(maxLength: number, more: More = {}) {
  return Type.String({ minLength: 1, ...more, maxLength, pattern: `^(?=.*\\S)[^${unfit}]*$` });
}

/** Text of several lines with something to see in it: a note, a reason. */
export function proseText(maxLength: number, more: More = {}) {
  return Type.String({
    minLength: 1,
    ...more,
    maxLength,
    pattern: `^(?=[^]*\\S)[^${unfitInProse}]*$`,
  });
}

/** An address of mail, as far as its shape tells; spaces around it are forgiven. */
export const emailText = Type.String({
  maxLength: 254,
  pattern: `^ *[^\\s@${unfit}]+@[^\\s@${unfit}]+ *$`,
  description: 'e-mail address',
});

/** An address on the web, as far as its shape tells; whether it may be fetched is asked elsewhere. */
export function webAddress(maxLength: number) {
  return Type.String({ maxLength, pattern: `^https?://[^\\s${unfit}]+$` });
}

const isFit = new RegExp(`^[^${unfit}]*$`, 'u');

/** Whether text that no contract has read fits into one line of ours. */
export function isLine(text: string): boolean {
  return isFit.test(text);
}
